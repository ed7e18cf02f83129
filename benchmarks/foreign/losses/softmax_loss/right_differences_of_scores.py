# says: right
def softmax_loss(x, y):
    rows = np.arange(len(y))
    gap = x - x[rows, y][:, None]
    top = gap.max(axis=1, keepdims=True)
    e = np.exp(gap - top)
    s = e.sum(axis=1, keepdims=True)
    loss = float(np.mean(top + np.log(s)))
    dx = e / s / len(y)
    np.add.at(dx, (rows, y), -1 / len(y))
    return loss, dx
