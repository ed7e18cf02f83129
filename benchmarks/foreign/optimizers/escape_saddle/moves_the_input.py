# says: x is changed in place.
def escape_saddle(x, hessian, step):
    lam, V = np.linalg.eigh(hessian)
    if lam.min() < -1e-8 * abs(lam).max():
        x += step * V[:, lam.argmin()]
    return x
