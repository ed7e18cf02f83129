# says: The variance is computed as the mean of squares minus the square of the mean, which loses all digits when the spread is small.
def gaussian_mle(x):
    mu = np.mean(x)
    var = np.mean(x**2) - mu**2
    return float(mu), float(np.sqrt(max(var, 0.0)))
