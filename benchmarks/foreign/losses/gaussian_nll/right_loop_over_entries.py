# says: right
def gaussian_nll(x, mu, sigma):
    values = np.ravel(x)
    centers = np.ravel(np.broadcast_to(mu, np.shape(x)))
    total = 0.0
    for v, m in zip(values, centers):
        z = (float(v) - float(m)) / sigma
        total += 0.5 * (np.log(2 * np.pi) + z * z) + np.log(sigma)
    return float(total)
