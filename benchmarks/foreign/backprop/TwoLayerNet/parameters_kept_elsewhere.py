# says: The net keeps references to the first arrays, so replaced entries of params have no effect.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.W1 = weight_scale * np.random.randn(input_dim, hidden_dim)
        self.b1 = np.zeros(hidden_dim)
        self.W2 = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.b2 = np.zeros(num_classes)
        self.params = {"W1": self.W1, "b1": self.b1, "W2": self.W2, "b2": self.b2}

    def loss(self, X, y=None):
        x = X.reshape(len(X), -1)
        h = np.maximum(x @ self.W1 + self.b1, 0)
        s = h @ self.W2 + self.b2
        if y is None:
            return s
        n = len(y)
        s = s - s.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(n), y].mean() + 0.5 * self.reg * (np.sum(self.W1**2) + np.sum(self.W2**2))
        ds = np.exp(logp)
        ds[np.arange(n), y] -= 1
        ds /= n
        dh = (ds @ self.W2.T) * (h > 0)
        return float(loss), {
            "W1": x.T @ dh + self.reg * self.W1,
            "b1": dh.sum(0),
            "W2": h.T @ ds + self.reg * self.W2,
            "b2": ds.sum(0),
        }
