# says: (average + next) / 2 gives the last model half of the weight; all should weigh the same.
def bagging_predict(models, X):
    pred = np.asarray(models[0](X), dtype=float)
    for model in models[1:]:
        pred = (pred + model(X)) / 2
    return pred
