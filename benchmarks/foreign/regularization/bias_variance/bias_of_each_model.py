# says: The squared error of each model is averaged, which contains the variance already.
def bias_variance(predictions, target):
    bias2 = ((predictions - target) ** 2).mean()
    variance = predictions.var(axis=0).mean()
    return float(bias2), float(variance)
