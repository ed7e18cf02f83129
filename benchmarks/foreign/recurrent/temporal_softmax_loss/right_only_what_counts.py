# says: right
def temporal_softmax_loss(x, y, mask):
    chosen, right = x[mask], y[mask]
    rows = np.arange(len(right))
    logs = chosen - chosen.max(axis=1, keepdims=True)
    logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
    small = np.exp(logs)
    small[rows, right] -= 1
    dx = np.zeros(x.shape)
    dx[mask] = small / len(x)
    return float(-logs[rows, right].sum() / len(x)), dx
