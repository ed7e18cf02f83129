# says: One mask is drawn and used for all examples, so the entries of a column are dropped together.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode == "train":
        mask = (rng.random(x.shape[-1]) < p) / p
        return x * mask, mask
    elif mode == "test":
        return x.copy(), np.ones_like(x)
    raise ValueError(f"bad mode {mode}")
