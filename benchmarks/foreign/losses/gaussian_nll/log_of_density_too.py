# says: The density underflows to 0 far from the mean before you take its logarithm; take the logarithm on paper first.
def gaussian_nll(x, mu, sigma):
    p = 1 / (np.sqrt(2 * np.pi) * sigma) * np.exp(-0.5 * ((x - mu) / sigma) ** 2)
    return float(-np.sum(np.log(p)))
