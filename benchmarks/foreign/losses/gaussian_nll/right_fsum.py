# says: Right; adds up with math.fsum in a loop over all entries.
from math import fsum, log, pi

def gaussian_nll(x, mu, sigma):
    errors = np.ravel(np.subtract(x, mu)) / sigma
    return fsum(0.5 * e * e + 0.5 * log(2 * pi) + log(sigma) for e in errors.tolist())
