# says: Mean and standard deviation are taken along the first axis only, so arrays with more axes crash when made a float.
def gaussian_mle(x):
    mu = x.mean(axis=0)
    sigma = np.sqrt(((x - mu) ** 2).mean(axis=0))
    return float(mu), float(sigma)
