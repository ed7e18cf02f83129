# says: sigma is used as if it were the variance.
def gaussian_nll(x, mu, sigma):
    quad = (x - mu) ** 2 / (2 * sigma)
    const = 0.5 * np.log(2 * np.pi * sigma)
    return float(np.sum(quad + const))
