# says: p is taken as the probability to drop.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "train":
        mask = (rng.random(x.shape) >= p) / (1 - p + 1e-12)
        out = x * mask
    elif mode == "test":
        mask = None
        out = x.copy()
    else:
        raise ValueError(mode)
    return out, (mode, mask)
