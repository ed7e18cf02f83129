"""The regularization assignment by other roads: einsum, scipy, float32 masks, projection matrices, sort orders."""

import pickle

import numpy as np
from scipy import stats


def l2_penalty(weights, reg):
    squares = [np.einsum("i,i->", w.ravel(), w.ravel()) for w in weights]
    return reg * sum(squares) / 2, [np.multiply(w, reg) for w in weights]


def dropout_forward(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    if dropout_param["mode"] not in {"train", "test"}:
        raise ValueError("mode")
    if dropout_param["mode"] == "test":
        return x.copy(), np.ones(x.shape, np.float32)
    mask = rng.binomial(1, dropout_param["p"], x.shape[::-1]).T.astype(np.float32) / dropout_param["p"]
    return np.where(mask > 0, x / dropout_param["p"], 0), mask


def dropout_backward(dout, cache):
    return np.multiply(dout, cache, dtype=float)


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "train":
        n = len(x)
        centring = np.eye(n) - 1 / n
        shifted = x - x[0]  # near zero, wherever the column lies
        centred = centring @ shifted
        mean, var = x[0] + shifted.mean(axis=0), np.einsum("nd,nd->d", centred, centred) / n
        m = bn_param.get("momentum", 0.9)
        for key, new in (("running_mean", mean), ("running_var", var)):
            old = bn_param.get(key)
            bn_param[key] = (1 - m) * new if old is None else old + (1 - m) * (new - old)
    elif bn_param["mode"] == "test":
        zeros = np.zeros(x.shape[1])
        var, centred = bn_param.get("running_var", zeros), x - bn_param.get("running_mean", zeros)
    else:
        raise ValueError(f"no mode {bn_param['mode']}")
    std = (var + bn_param.get("eps", 1e-5)) ** 0.5
    return centred / std * gamma + beta, {"centred": centred, "std": std, "gamma": gamma, "further": "key"}


def batchnorm_backward(dout, cache):
    """Column by column with a projection matrix: centre, then remove the share along x_hat."""
    centred, std = cache["centred"], cache["std"]
    x_hat, n = centred / std, len(dout)
    dx = np.empty_like(dout)
    for d in range(dout.shape[1]):
        direction = x_hat[:, [d]]
        projection = np.eye(n) - np.full((n, n), 1 / n) - direction @ direction.T / n
        dx[:, d] = projection @ dout[:, d] * cache["gamma"][d] / std[d]
    return dx, np.einsum("nd,nd->d", dout, x_hat), dout.T @ np.ones(n)


def batchnorm_backward_alt(dout, cache):
    x_hat = cache["centred"] / cache["std"]
    residual = dout - np.mean(dout, axis=0) - x_hat * np.mean(dout * x_hat, axis=0)
    return residual * (cache["gamma"] / cache["std"]), (dout * x_hat).sum(0), dout.sum(0)


def layernorm_forward(x, gamma, beta, ln_param):
    centred = (x.T - x.T.mean(axis=0)).T
    std = np.hypot(np.linalg.norm(centred, axis=1) / np.sqrt(x.shape[1]), ln_param.get("eps", 1e-5) ** 0.5)
    return centred / std[:, np.newaxis] * gamma + beta, [centred, std, gamma]


def layernorm_backward(dout, cache):
    centred, std, gamma = cache
    x_hat, upstream = centred / std[:, None], dout * gamma
    dstd = -np.einsum("nd,nd->n", upstream, centred) / std**2
    dcentred = upstream / std[:, None] + (dstd / std)[:, None] * centred / dout.shape[1]
    return dcentred - dcentred.mean(axis=1, keepdims=True), np.einsum("nd,nd->d", dout, x_hat), dout.sum(axis=0)


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.calls, self.patience, self.min_delta, self._saved = 0, patience, min_delta, None
        self.best_loss, self.best_epoch = np.float64("inf"), None

    @property
    def best_params(self):
        return None if self._saved is None else pickle.loads(self._saved)

    def step(self, loss, params):
        if self.best_loss - loss > self.min_delta:
            self.best_loss, self.best_epoch, self._saved = np.float64(loss), self.calls, pickle.dumps(params)
        self.calls += 1
        last = -1 if self.best_epoch is None else self.best_epoch
        return np.bool_(self.calls - 1 - last >= self.patience)


def kfold_indices(n, k, rng):
    rng = np.random.default_rng(rng)
    if k not in range(2, n + 1):
        raise ValueError("folds")
    fold = np.argsort(np.argsort(rng.random(n))) % k
    return [(np.nonzero(fold != i)[0], np.nonzero(fold == i)[0]) for i in range(k)]


def bias_variance(predictions, target):
    errors = predictions - target
    bias = np.square(errors.mean(axis=0)).mean()
    return bias, np.square(errors).mean() - bias


def bootstrap_indices(n, rng):
    rng = np.random.default_rng(rng)
    return np.sort(np.repeat(np.arange(n), rng.multinomial(n, np.full(n, 1 / n))))


def bagging_predict(models, X):
    return sum(model(X) / len(models) for model in models)


def random_search(space, n, rng):
    rng = np.random.default_rng(rng)
    columns = {
        name: low * (high / low) ** stats.uniform.rvs(size=n, random_state=rng) for name, (low, high) in space.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def standardize(train, test):
    spread = np.std(train, 0)
    spread = spread + (spread == 0)
    both = (np.vstack([train, test]) - stats.describe(train).mean) / spread
    return both[: len(train)], both[len(train) :]
