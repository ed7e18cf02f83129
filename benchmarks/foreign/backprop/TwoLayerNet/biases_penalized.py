# says: The biases are part of the penalty, too.
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {}
        for i, (a, b) in enumerate([(input_dim, hidden_dim), (hidden_dim, num_classes)], 1):
            self.params[f"W{i}"] = np.random.normal(scale=weight_scale, size=(a, b))
            self.params[f"b{i}"] = np.zeros(b)

    def loss(self, X, y=None):
        P = self.params
        X = X.reshape(X.shape[0], -1)
        pre = X @ P["W1"] + P["b1"]
        hid = np.maximum(0, pre)
        sc = hid @ P["W2"] + P["b2"]
        if y is None:
            return sc
        N = len(y)
        sc = sc - np.max(sc, axis=1)[:, None]
        prob = np.exp(sc)
        Z = prob.sum(axis=1)
        loss = np.mean(np.log(Z) - sc[range(N), y])
        prob /= Z[:, None]
        prob[range(N), y] -= 1
        prob /= N
        dpre = prob @ P["W2"].T
        dpre[pre <= 0] = 0
        grads = {"W1": X.T @ dpre, "b1": dpre.sum(0), "W2": hid.T @ prob, "b2": prob.sum(0)}
        for k in P:
            loss += 0.5 * self.reg * np.sum(P[k] ** 2)
            grads[k] += self.reg * P[k]
        return float(loss), grads
