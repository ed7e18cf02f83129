# says: The mean runs over the points and not over the models, so the shapes do not fit the target.
def bias_variance(predictions, target):
    mean = predictions.mean(axis=1)
    bias = np.mean((mean - target) ** 2)
    var = np.mean(np.var(predictions, axis=1))
    return float(bias), float(var)
