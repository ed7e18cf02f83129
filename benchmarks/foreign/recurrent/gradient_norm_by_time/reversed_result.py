# says: The lengths are in the order in which they are computed, the last step first.
def gradient_norm_by_time(dh_last, h, Wh):
    g = dh_last
    lengths = [np.sqrt((g ** 2).sum())]
    for t in range(h.shape[1] - 1, 0, -1):
        g = (g * (1 - h[:, t] * h[:, t])) @ Wh.T
        lengths.append(np.sqrt((g ** 2).sum()))
    return np.array(lengths)
