# says: The lengths are in the order in which they were computed, from the last step to the first; and Wh is not transposed.
def gradient_norm_by_time(dh_last, h, Wh):
    out, delta = [], dh_last
    for t in range(h.shape[1] - 1, -1, -1):
        out.append(float(np.linalg.norm(delta)))
        delta = np.dot(delta * (1 - h[:, t] ** 2), Wh)
    return np.array(out)
