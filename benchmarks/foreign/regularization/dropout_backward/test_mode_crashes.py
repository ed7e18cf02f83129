# says: In mode test the mask in the cache is None, and the product with None crashes.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p, mode, mask = dropout_param["p"], dropout_param["mode"], None
    if mode == "train":
        mask = (rng.random(x.shape) < p) / p
        out = x * mask
    elif mode == "test":
        out = x.copy()
    else:
        raise ValueError(mode)
    return out, mask


def dropout_backward(dout, cache):
    mask = cache
    dx = dout * mask
    return dx
