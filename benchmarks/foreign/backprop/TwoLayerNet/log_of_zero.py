# says: The logarithm is taken of the rounded probability, so large scores give an infinite loss.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.params = {
            "W1": np.random.randn(input_dim, hidden_dim) * weight_scale,
            "W2": np.random.randn(hidden_dim, num_classes) * weight_scale,
            "b1": np.zeros(hidden_dim),
            "b2": np.zeros(num_classes),
        }
        self.reg = reg

    def loss(self, X, y=None):
        W1, W2 = self.params["W1"], self.params["W2"]
        x = X.reshape(len(X), -1)
        h = np.maximum(x @ W1 + self.params["b1"], 0)
        scores = h @ W2 + self.params["b2"]
        if y is None:
            return scores
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean() + self.reg * 0.5 * ((W1**2).sum() + (W2**2).sum())
        g = p - np.eye(p.shape[1])[y]
        g /= len(y)
        gh = (g @ W2.T) * (h > 0)
        return float(loss), {
            "W1": x.T @ gh + self.reg * W1,
            "b1": gh.sum(axis=0),
            "W2": h.T @ g + self.reg * W2,
            "b2": g.sum(axis=0),
        }
