# says: The two terms are swapped: log s goes with y and log(1 - s) with 1 - y, you have them the other way round in the loss.
def bce_with_logits(x, y):
    log_s = -np.logaddexp(0, -x)
    log_1_minus_s = -np.logaddexp(0, x)
    loss = -((1 - y) * log_s + y * log_1_minus_s).mean()
    s = np.exp(log_s)
    return loss, (s - y) / x.size
