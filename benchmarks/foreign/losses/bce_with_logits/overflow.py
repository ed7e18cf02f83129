# says: log(1 + exp(x)) is computed directly, so large logits give infinity and nan.
def bce_with_logits(x, y):
    loss = np.mean(np.log(1 + np.exp(x)) - x * y)
    sig = np.exp(x) / (1 + np.exp(x))
    return float(loss), (sig - y) / x.size
