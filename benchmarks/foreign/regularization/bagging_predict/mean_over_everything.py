# says: The mean runs over all axes, so a single number comes out.
def bagging_predict(models, X):
    preds = np.array([m(X) for m in models], dtype=float)
    return preds.mean()
