# says: The sum is collected in an array of the first prediction's type, so ints are changed in place or the mean is rounded; and the first prediction is overwritten.
def bagging_predict(models, X):
    total = models[0](X)
    for m in models[1:]:
        total += m(X)
    return total // len(models)
