# says: The derivative of tanh is left out.
def gradient_norm_by_time(dh_last, h, Wh):
    lengths = [np.sqrt((dh_last**2).sum())]
    g = dh_last
    for _ in range(h.shape[1] - 1):
        g = g @ Wh.T
        lengths.append(np.sqrt((g**2).sum()))
    return np.array(lengths[::-1])
