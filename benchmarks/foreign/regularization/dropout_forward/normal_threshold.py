# says: standard_normal < p is no event of probability p; draw uniform numbers from 0 to 1.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return np.array(x), None
    if dropout_param["mode"] != "train":
        raise ValueError("mode must be train or test")
    mask = (rng.standard_normal(x.shape) < p).astype(x.dtype) / p
    return mask * x, mask


def dropout_backward(dout, cache):
    return dout.copy() if cache is None else dout * cache
