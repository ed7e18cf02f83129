# says: Right; draws the factors 0 and 1/p with rng.choice and caches a function.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p = dropout_param["p"]
    match dropout_param["mode"]:
        case "train":
            factors = rng.choice([1 / p, 0.0], size=x.shape, p=[p, 1 - p])
        case "test":
            factors = 1.0
        case other:
            raise ValueError(f"no such mode: {other}")
    return x * factors, lambda g: g * factors

def dropout_backward(dout, cache):
    return cache(dout)
