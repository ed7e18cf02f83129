# says: The output size is rounded up, so the last windows stick out of the image and are means of fewer pixels.
def avg_pool_forward(x, pool_param):
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    oh = int(np.ceil((H - ph) / s)) + 1
    ow = int(np.ceil((W - pw) / s)) + 1
    out = np.zeros((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = x[:, :, i * s : i * s + ph, j * s : j * s + pw].mean(axis=(2, 3))
    return out, (x.shape, pool_param)
