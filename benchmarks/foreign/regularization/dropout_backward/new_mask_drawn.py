# says: The backward pass draws a mask of its own.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "train":
        out = x * (rng.random(x.shape) < p) / p
    elif mode == "test":
        out = x.copy()
    else:
        raise ValueError(mode)
    return out, (p, mode)


def dropout_backward(dout, cache):
    p, mode = cache
    if mode == "test":
        return dout
    mask = np.random.default_rng().random(dout.shape) < p
    return dout * mask / p
