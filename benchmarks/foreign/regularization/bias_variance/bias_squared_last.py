# says: The bias is averaged over the points before it is squared, so positive and negative biases cancel.
def bias_variance(predictions, target):
    avg = predictions.mean(0)
    b = np.mean(avg - target) ** 2
    v = np.mean((predictions - avg) ** 2)
    return float(b), float(v)
