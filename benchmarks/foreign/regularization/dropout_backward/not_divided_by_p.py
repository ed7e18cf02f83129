# says: The gradient is masked but not divided by p.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    if dropout_param["mode"] == "test":
        return x.copy(), None
    if dropout_param["mode"] != "train":
        raise ValueError
    keep = rng.random(x.shape) < dropout_param["p"]
    return np.where(keep, x / dropout_param["p"], 0), keep


def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache
