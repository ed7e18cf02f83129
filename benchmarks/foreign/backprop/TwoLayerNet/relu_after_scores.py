# says: The ReLU stands after the second layer, on the scores, as well as after the first.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        p = self.params
        X = X.reshape(len(X), -1)
        h = np.maximum(X @ p["W1"] + p["b1"], 0)
        scores = np.maximum(h @ p["W2"] + p["b2"], 0)
        if y is None:
            return scores
        N = len(X)
        s = scores - scores.max(axis=1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        loss = -logp[np.arange(N), y].mean()
        loss += 0.5 * self.reg * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        d = np.exp(logp)
        d[np.arange(N), y] -= 1
        d = d / N * (scores > 0)
        dh = d @ p["W2"].T * (h > 0)
        grads = {"W2": h.T @ d + self.reg * p["W2"], "b2": d.sum(0)}
        grads["W1"] = X.T @ dh + self.reg * p["W1"]
        grads["b1"] = dh.sum(0)
        return float(loss), grads
