# says: The maximum runs over the channels as well.
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, int((H - ph) / s) + 1, int((W - pw) / s) + 1))
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[n, :, i, j] = np.max(x[n, :, i * s : i * s + ph, j * s : j * s + pw])
    return out, (x, pool_param)
