# says: The probability is clipped before the logarithm, so the loss of a very wrong logit is capped.
def bce_with_logits(x, y):
    s = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    s = np.clip(s, 1e-7, 1 - 1e-7)
    loss = -np.mean(y * np.log(s) + (1 - y) * np.log(1 - s))
    return float(loss), (s - y) / x.size
