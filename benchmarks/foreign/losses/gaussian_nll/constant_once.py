# says: The constants log(2 pi)/2 and log sigma are added once and not for each observation.
def gaussian_nll(x, mu, sigma):
    z = (np.asarray(x) - mu) / sigma
    return float(0.5 * np.log(2 * np.pi) + np.log(sigma) + 0.5 * np.sum(z**2))
