# says: The mask is drawn with np.random, so the seed has no effect; and an unknown mode counts as testing.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    if dropout_param["mode"] == "train":
        mask = (np.random.rand(*x.shape) < dropout_param["p"]) / dropout_param["p"]
        out = x * mask
    else:
        mask, out = 1.0, x * 1.0
    return out, mask
