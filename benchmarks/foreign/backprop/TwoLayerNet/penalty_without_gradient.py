# says: The penalty is in the loss, but its gradient is not added to those of W1 and W2.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        rng = np.random.default_rng()
        self.reg = reg
        self.params = dict(
            W1=rng.normal(0, weight_scale, (input_dim, hidden_dim)),
            b1=np.zeros(hidden_dim),
            W2=rng.normal(0, weight_scale, (hidden_dim, num_classes)),
            b2=np.zeros(num_classes),
        )

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        n = X.shape[0]
        flat = X.reshape(n, -1)
        z = flat.dot(W1) + b1
        a = z * (z > 0)
        s = a.dot(W2) + b2
        if y is None:
            return s
        s = s - s.max(1, keepdims=True)
        lse = np.log(np.exp(s).sum(1, keepdims=True))
        data = np.mean(lse[:, 0] - s[np.arange(n), y])
        total = data + self.reg / 2 * (np.sum(W1 * W1) + np.sum(W2 * W2))
        ds = np.exp(s - lse)
        ds[np.arange(n), y] -= 1
        ds /= n
        dz = ds.dot(W2.T) * (z > 0)
        return float(total), {"W1": flat.T.dot(dz), "b1": dz.sum(0), "W2": a.T.dot(ds), "b2": ds.sum(0)}
