# says: On the way from step t+1 back to t the derivative of tanh is taken at h_t instead of h_{t+1}.
def gradient_norm_by_time(dh_last, h, Wh):
    T = h.shape[1]
    norms = np.zeros(T)
    d = dh_last.copy()
    norms[-1] = np.linalg.norm(d)
    for t in range(T - 2, -1, -1):
        d = (d * (1 - h[:, t] ** 2)) @ Wh.T
        norms[t] = np.linalg.norm(d)
    return norms
