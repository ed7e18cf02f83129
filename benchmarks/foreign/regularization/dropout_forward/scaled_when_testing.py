# says: In testing the entries are multiplied by p, although training has divided by it already.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    keep = dropout_param["p"]
    mode = dropout_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(mode)
    if mode == "train":
        scale = (rng.random(x.shape) < keep) / keep
    else:
        scale = keep
    return x * scale, scale
