# says: right
def bce_with_logits(x, y):
    sig = 0.5 * (1 + np.tanh(0.5 * x))
    loss = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))
    return float(loss.mean()), (sig - y) / x.size
