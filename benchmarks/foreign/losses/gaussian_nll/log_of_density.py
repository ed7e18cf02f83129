# says: The logarithm is taken of the computed density, which is 0 far from the mean, so the result is infinite there.
def gaussian_nll(x, mu, sigma):
    p = np.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)
    return float(-np.sum(np.log(p)))
