"""The recurrent assignment in other ways: float32, one matrix for input and state, objects as caches, einsum, SciPy."""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


@dataclass
class Step:
    """Everything that a backward step may want."""

    joined: np.ndarray
    weights: np.ndarray
    inputs: int
    out: tuple


def joined_product(x, h, Wx, Wh, b):
    joined = np.concatenate([x, h], axis=1).astype(np.float32)
    weights = np.concatenate([Wx, Wh]).astype(np.float32)
    return joined, weights, joined @ weights + b.astype(np.float32)


def joined_gradients(step, da):
    djoined, dW = da @ step.weights.T, step.joined.T @ da
    D = step.inputs
    return djoined[:, :D], djoined[:, D:], dW[:D], dW[D:], np.ones(len(da), da.dtype) @ da


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    joined, weights, a = joined_product(x, prev_h, Wx, Wh, b)
    next_h = np.tanh(a)
    return next_h, Step(joined, weights, x.shape[1], (next_h,))


def rnn_step_backward(dnext_h, cache):
    (next_h,) = cache.out
    return joined_gradients(cache, (dnext_h - dnext_h * next_h * next_h).astype(np.float32))


def rnn_forward(x, h0, Wx, Wh, b):
    """All input products at once; the cache is a dict of whole arrays."""
    from_input = np.einsum("ntd,dk->tnk", x, Wx) + b
    states = np.empty((x.shape[1] + 1, *h0.shape))
    states[0] = h0
    for t, part in enumerate(from_input):
        states[t + 1] = np.tanh(part + states[t] @ Wh)
    return np.swapaxes(states[1:], 0, 1), {"x": x, "states": states, "Wx": Wx, "Wh": Wh}


def rnn_backward(dh, cache):
    """The gradients before tanh first; the weights' gradients afterwards, in one product each."""
    states, da = cache["states"], np.empty((dh.shape[1], *dh[:, 0].shape))
    later = np.zeros_like(dh[:, 0])
    for t in reversed(range(dh.shape[1])):
        da[t] = (dh[:, t] + later) * (1 - states[t + 1] ** 2)
        later = da[t] @ cache["Wh"].T
    dx = np.einsum("tnk,dk->ntd", da, cache["Wx"])
    dWx = np.einsum("ntd,tnk->dk", cache["x"], da)
    return dx, later, dWx, np.einsum("tnj,tnk->jk", states[:-1], da), da.sum((0, 1))


def gradient_norm_by_time(dh_last, h, Wh):
    T, factors = h.shape[1], 1 - h**2
    norms = {T - 1: np.sqrt((dh_last**2).sum())}
    for t in range(T - 1):
        rows = []
        for n, row in enumerate(dh_last):
            jacobian = np.eye(len(Wh))
            for later in range(T - 1, t, -1):
                jacobian = jacobian @ (np.diag(factors[n, later]) @ Wh.T)
            rows.append(row @ jacobian)
        norms[t] = np.sqrt((np.array(rows) ** 2).sum())
    return np.array([norms[t] for t in range(T)])


def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(grad) for grad in grads.values()])
    norm = float(np.hypot.reduce(flat))
    return {name: np.divide(grad, max(norm / max_norm, 1.0)) for name, grad in grads.items()}, norm


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    joined, weights, a = joined_product(x, prev_h, Wx, Wh, b)
    gates = a.reshape(len(x), 4, -1)
    i, f, o = np.moveaxis(sigmoid(gates[:, :3]), 1, 0)
    g = np.tanh(gates[:, 3])
    next_c = f * prev_c.astype(np.float32) + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, Step(joined, weights, x.shape[1], (i, f, o, g, prev_c.astype(np.float32), next_c))


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, prev_c, next_c = cache.out
    tanh = np.tanh(next_c)
    dc = dnext_c + dnext_h * o / np.cosh(next_c) ** 2
    slopes = (i - i * i, f - f * f, o - o * o, 1 - g * g)
    da = np.stack([a * b for a, b in zip((dc * g, dc * prev_c, dnext_h * tanh, dc * i), slopes, strict=True)], axis=1)
    dx, dprev_h, dWx, dWh, db = joined_gradients(cache, da.reshape(len(da), -1).astype(np.float32))
    return dx, dprev_h, (dc * f).astype(np.float32), dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    """The matrix of the input and the state together, and the whole history in arrays."""
    (N, T, _), H = x.shape, h0.shape[1]
    h, c = np.zeros((N, T + 1, H)), np.zeros((N, T + 1, H))
    gates = np.zeros((N, T, 4, H))
    h[:, 0] = h0
    for t in range(T):
        a = (x[:, t] @ Wx + h[:, t] @ Wh + b).reshape(N, 4, H)
        gates[:, t, :3], gates[:, t, 3] = sigmoid(a[:, :3]), np.tanh(a[:, 3])
        i, f, o, g = np.moveaxis(gates[:, t], 1, 0)
        c[:, t + 1] = f * c[:, t] + i * g
        h[:, t + 1] = o * np.tanh(c[:, t + 1])
    return h[:, 1:], (x, h, c, gates, Wx, Wh)


def lstm_backward(dh, cache):
    x, h, c, gates, Wx, Wh = cache
    N, T, H = dh.shape
    da = np.zeros((N, T, 4 * H))
    later_h, later_c = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T)[::-1]:
        i, f, o, g = np.moveaxis(gates[:, t], 1, 0)
        shown, total = np.tanh(c[:, t + 1]), dh[:, t] + later_h
        dc = later_c + total * o * (1 - shown**2)
        slopes = np.stack([i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2], axis=1)
        da[:, t] = (np.stack([dc * g, dc * c[:, t], total * shown, dc * i], axis=1) * slopes).reshape(N, 4 * H)
        later_h, later_c = da[:, t] @ Wh.T, dc * f
    return (
        da @ Wx.T,
        later_h,
        np.einsum("ntd,ntk->dk", x, da),
        np.einsum("ntj,ntk->jk", h[:, :-1], da),
        da.sum(axis=(0, 1)),
    )


def gru_step_forward(x, prev_h, Wx, Wh, b):
    (Wxr, Wxz, Wxg), (Whr, Whz, Whg), (br, bz, bg) = (np.split(w, 3, axis=-1) for w in (Wx, Wh, b))
    r = sigmoid(x @ Wxr + prev_h @ Whr + br)
    z = sigmoid(x @ Wxz + prev_h @ Whz + bz)
    g = np.tanh(x @ Wxg + (r * prev_h) @ Whg + bg)
    return (1 - z) * g + z * prev_h, {"x": x, "h": prev_h, "r": r, "z": z, "g": g, "Wx": Wx, "Wh": Wh}


def gru_step_backward(dnext_h, cache):
    x, h, r, z, g = (cache[name] for name in "xhrzg")
    Whr, Whz, Whg = np.split(cache["Wh"], 3, axis=1)
    dag = dnext_h * (1 - z) * (1 - g**2)
    daz = dnext_h * (h - g) * z * (1 - z)
    dseen = dag @ Whg.T
    dar = dseen * h * r * (1 - r)
    da = np.concatenate([dar, daz, dag], axis=1)
    dh = z * dnext_h + r * dseen + dar @ Whr.T + daz @ Whz.T
    dWh = np.concatenate([h.T @ dar, h.T @ daz, (r * h).T @ dag], axis=1)
    return da @ cache["Wx"].T, dh, x.T @ da, dWh, da.sum(axis=0)


def word_embedding_forward(x, W):
    hot = np.eye(len(W), dtype=np.float32)[x]
    return np.take(W, x, axis=0), hot


def word_embedding_backward(dout, cache):
    return np.tensordot(cache, dout, axes=([0, 1], [0, 1]))


def temporal_affine_forward(x, w, b):
    return np.einsum("ntd,dm->ntm", x, w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    return np.einsum("ntm,dm->ntd", dout, w), np.einsum("ntd,ntm->dm", x, dout), np.einsum("ntm->m", dout)


def temporal_softmax_loss(x, y, mask):
    right = np.take_along_axis(x, y[..., None], axis=2)[..., 0]
    loss = ((logsumexp(x, axis=2) - right) * mask).sum() / len(x)
    dx = softmax(x, axis=2)
    np.put_along_axis(dx, y[..., None], np.take_along_axis(dx, y[..., None], axis=2) - 1, axis=2)
    return float(loss), np.where(mask[..., None], dx / len(x), 0)


def perplexity(loss, mask):
    return float(np.exp(loss / np.mean(np.sum(mask, axis=1))))


def sample(model, seed_token, length, rng):
    """Gumbel's trick: the largest of scores plus noise is drawn from their softmax."""
    rng = np.random.default_rng(rng)

    text, token, state = [], seed_token, None
    for _ in range(length):
        scores, state = model(token, state)
        token = int(np.argmax(log_softmax(scores) + rng.gumbel(size=len(scores))))
        text.append(token)
    return text
