# says: The loss is a mean over the examples, its gradient is not: divide dx by N too.
def softmax_loss(x, y):
    num_train = x.shape[0]
    loss = 0.0
    dx = np.zeros_like(x)
    for i in range(num_train):
        f = x[i] - np.max(x[i])
        loss += np.log(np.sum(np.exp(f))) - f[y[i]]
        p = np.exp(f) / np.sum(np.exp(f))
        for j in range(x.shape[1]):
            dx[i, j] = p[j] - (1 if j == y[i] else 0)
    loss /= num_train
    return loss, dx
