# says: The mean over the observations is returned instead of the sum.
def gaussian_nll(x, mu, sigma):
    nll = 0.5 * np.log(2 * np.pi) + np.log(sigma) + (x - mu) ** 2 / (2 * sigma**2)
    return float(nll.mean())
