# says: The backward pass leaves out the ReLU, so W1 and b1 get the gradient of units that are off.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": np.random.normal(0, weight_scale, (input_dim, hidden_dim)),
            "W2": np.random.normal(0, weight_scale, (hidden_dim, num_classes)),
            "b1": np.zeros(hidden_dim),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        p, N = self.params, X.shape[0]
        X2 = X.reshape(N, -1)
        A1 = np.maximum(0, X2 @ p["W1"] + p["b1"])
        S = A1 @ p["W2"] + p["b2"]
        if y is None:
            return S
        S = S - S.max(axis=1, keepdims=True)
        L = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
        loss = -L[np.arange(N), y].sum() / N + self.reg / 2 * sum(np.sum(p[k] ** 2) for k in ("W1", "W2"))
        dS = (np.exp(L) - np.eye(S.shape[1])[y]) / N
        dA1 = dS @ p["W2"].T
        return float(loss), {
            "W2": A1.T @ dS + self.reg * p["W2"],
            "b2": dS.sum(0),
            "W1": X2.T @ dA1 + self.reg * p["W1"],
            "b1": dA1.sum(0),
        }
