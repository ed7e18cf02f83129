# says: The move is as long as step times the curvature; the distance should be step.
def escape_saddle(x, hessian, step):
    lam, V = np.linalg.eigh(hessian)
    if lam[0] >= -1e-8 * max(abs(lam)):
        return np.array(x)
    return x + step * lam[0] * V[:, 0]
