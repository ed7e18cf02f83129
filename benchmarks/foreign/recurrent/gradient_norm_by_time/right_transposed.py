# says: right
def gradient_norm_by_time(dh_last, h, Wh):
    lengths = np.empty(h.shape[1])
    delta = dh_last.T
    for t in range(h.shape[1] - 1, -1, -1):
        lengths[t] = np.sqrt(np.sum(delta * delta))
        delta = Wh @ (delta * (1 - h[:, t].T ** 2))
    return lengths
