# says: The running maximum begins at 0, so windows of negative numbers give 0.
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - ph) // s + 1, (W - pw) // s + 1))
    for n, c, i, j in np.ndindex(out.shape):
        for u in range(ph):
            for v in range(pw):
                if x[n, c, i * s + u, j * s + v] > out[n, c, i, j]:
                    out[n, c, i, j] = x[n, c, i * s + u, j * s + v]
    return out, (x, pool_param)
