# says: What is kept is not divided by p.
def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    p = dropout_param["p"]
    if dropout_param["mode"] == "train":
        mask = rng.uniform(size=x.shape) < p
        return x * mask, mask
    if dropout_param["mode"] == "test":
        return x, None
    raise ValueError("mode must be train or test")
