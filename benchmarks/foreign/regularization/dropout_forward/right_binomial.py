# says: right
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    match dropout_param["mode"]:
        case "train":
            factor = rng.binomial(1, dropout_param["p"], size=x.shape) / dropout_param["p"]
        case "test":
            factor = np.ones(x.shape)
        case other:
            raise ValueError(f"no such mode: {other}")
    return factor * x, factor


def dropout_backward(dout, cache):
    return np.multiply(cache, dout)
