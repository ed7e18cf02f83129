# says: In test mode your cache has no mask, and dout * None fails; the gradient passes unchanged.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "train":
        mask = rng.random(x.shape) < p
        return x * mask / p, (mode, p, mask)
    if mode == "test":
        return x.copy(), (mode, p, None)
    raise ValueError(mode)

def dropout_backward(dout, cache):
    mode, p, mask = cache
    dx = dout * mask / p
    return dx
