# says: The sum is divided by the square of the stride and not by the number of entries of the window.
def avg_pool_forward(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - ph) // s + 1, (W - pw) // s + 1))
    for u in range(ph):
        for v in range(pw):
            out += x[:, :, u : u + s * out.shape[2] : s, v : v + s * out.shape[3] : s]
    return out / s**2, (x.shape, pool_param)
