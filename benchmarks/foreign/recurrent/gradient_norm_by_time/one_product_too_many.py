# says: The gradient is taken back one step before the first length is noted, so the last entry is not the length of dh_last.
def gradient_norm_by_time(dh_last, h, Wh):
    T = h.shape[1]
    d = dh_last
    norms = np.zeros(T)
    for t in reversed(range(T)):
        d = (d * (1 - h[:, t] ** 2)) @ Wh.T
        norms[t] = np.linalg.norm(d)
    return norms
