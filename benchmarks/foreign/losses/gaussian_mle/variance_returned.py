# says: The variance is returned in place of the standard deviation.
def gaussian_mle(x):
    n = x.size
    mu = sum(x.ravel()) / n
    s = sum((v - mu) ** 2 for v in x.ravel()) / n
    return float(mu), float(s)
