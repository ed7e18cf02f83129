"""The convolution assignment with as little NumPy as possible: seven nested loops, dictionaries, closures as caches."""

import functools
import math

import numpy as np


def conv_output_shape(h, w, kh, kw, stride, pad):
    h, w = h + 2 * pad, w + 2 * pad
    if not (kh <= h and kw <= w):
        raise ValueError("the kernel does not fit")
    return (math.floor((h - kh) / stride) + 1, math.floor((w - kw) / stride) + 1)


def conv_param_count(kh, kw, cin, cout, bias):
    if bias is False:
        return cout * cin * kw * kh
    return cout * (cin * kw * kh + 1)


def pixel(x, n, c, row, column):
    """The padded image without making one."""
    if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
        return float(x[n, c, row, column])
    return 0.0


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    (N, C, H, W), (F, _, kh, kw) = x.shape, w.shape
    oh, ow = conv_output_shape(H, W, kh, kw, stride, pad)
    out = [[[[0.0] * ow for _ in range(oh)] for _ in range(F)] for _ in range(N)]
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    total = float(b[f])
                    for c in range(C):
                        for u in range(kh):
                            for v in range(kw):
                                total += float(w[f, c, u, v]) * pixel(
                                    x, n, c, i * stride - pad + u, j * stride - pad + v
                                )
                    out[n][f][i][j] = total

    def backward(dout):
        dx, dw = np.zeros(x.shape), np.zeros(w.shape)
        for n, f, i, j, c, u, v in np.ndindex(N, F, oh, ow, C, kh, kw):
            row, column = i * stride - pad + u, j * stride - pad + v
            if 0 <= row < H and 0 <= column < W:
                dw[f, c, u, v] += dout[n, f, i, j] * x[n, c, row, column]
                dx[n, c, row, column] += dout[n, f, i, j] * w[f, c, u, v]
        return dx, dw, dout.sum(axis=3).sum(axis=2).sum(axis=0)

    return np.array(out), backward


def conv_backward_naive(dout, cache):
    return cache(dout)


def im2col(x, kh, kw, stride, pad):
    N, C, H, W = x.shape
    oh, ow = conv_output_shape(H, W, kh, kw, stride, pad)
    return np.array(
        [
            [
                pixel(x, n, c, i * stride - pad + u, j * stride - pad + v)
                for n in range(N)
                for i in range(oh)
                for j in range(ow)
            ]
            for c in range(C)
            for u in range(kh)
            for v in range(kw)
        ]
    )


def col2im(cols, x_shape, kh, kw, stride, pad):
    _N, _C, H, W = x_shape
    oh, ow = conv_output_shape(H, W, kh, kw, stride, pad)
    x = np.zeros(x_shape)
    for row in range(cols.shape[0]):
        rest, v = divmod(row, kw)
        c, u = divmod(rest, kh)
        for column in range(cols.shape[1]):
            rest, j = divmod(column, ow)
            n, i = divmod(rest, oh)
            if 0 <= i * stride + u - pad < H and 0 <= j * stride + v - pad < W:
                x[n, c, i * stride + u - pad, j * stride + v - pad] += cols[row, column]
    return x


def conv_forward_fast(x, w, b, conv_param):
    """Loops over kernel positions and channels, each step a sum over all windows at once."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    (N, C, H, W), (F, _, kh, kw) = x.shape, w.shape
    oh, ow = conv_output_shape(H, W, kh, kw, stride, pad)
    framed = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    framed[:, :, pad : pad + H, pad : pad + W] = x
    out = np.zeros((N, F, oh, ow)) + b[None, :, None, None]
    for u in range(kh):
        for v in range(kw):
            seen = framed[:, :, u : u + (oh - 1) * stride + 1 : stride, v : v + (ow - 1) * stride + 1 : stride]
            for c in range(C):
                out += seen[:, None, c] * w[None, :, c, u, v, None, None]
    return out, functools.partial(gradients, x, w, stride, pad)


def gradients(x, w, stride, pad, dout):
    (H, W), (kh, kw), (oh, ow) = x.shape[2:], w.shape[2:], dout.shape[2:]
    framed = np.zeros((*x.shape[:2], H + 2 * pad, W + 2 * pad))
    framed[:, :, pad : pad + H, pad : pad + W] = x
    dframed, dw = np.zeros_like(framed), np.zeros_like(w)
    for u in range(kh):
        for v in range(kw):
            seen = np.s_[:, :, u : u + (oh - 1) * stride + 1 : stride, v : v + (ow - 1) * stride + 1 : stride]
            for f in range(len(w)):
                dw[f, :, u, v] = (framed[seen] * dout[:, f : f + 1]).sum((0, 2, 3))
                dframed[seen] += w[f, :, u, v].reshape(1, -1, 1, 1) * dout[:, f : f + 1]
    return dframed[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((2, 3)).sum(0)


def conv_backward_fast(dout, cache):
    return cache(dout)


def max_pool_forward_naive(x, pool_param):
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = conv_output_shape(*x.shape[2:], ph, pw, stride, 0)
    out, winners = np.zeros((*x.shape[:2], oh, ow)), {}
    for n, c, i, j in np.ndindex(out.shape):
        best = -math.inf
        for u in range(ph):
            for v in range(pw):
                value = x[n, c, i * stride + u, j * stride + v]
                if value >= best:  # the last of equals wins
                    best, winners[n, c, i, j] = value, (n, c, i * stride + u, j * stride + v)
        out[n, c, i, j] = best
    return out, (x.shape, winners)


def max_pool_backward_naive(dout, cache):
    shape, winners = cache
    dx = np.zeros(shape)
    for place, winner in winners.items():
        dx[winner] += dout[place]
    return dx


def avg_pool_forward(x, pool_param):
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    oh, ow = conv_output_shape(*x.shape[2:], ph, pw, stride, 0)
    out = np.zeros((*x.shape[:2], oh, ow))
    for n, c, i, j in np.ndindex(out.shape):
        total = 0.0
        for u in range(ph):
            for v in range(pw):
                total += x[n, c, i * stride + u, j * stride + v]
        out[n, c, i, j] = total / (ph * pw)
    return out, iter([(x.shape, ph, pw, stride)]).__next__


def avg_pool_backward(dout, cache):
    shape, ph, pw, stride = cache()
    dx = np.zeros(shape)
    for n, c, i, j in np.ndindex(dout.shape):
        for u in range(ph):
            for v in range(pw):
                dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j] / (ph * pw)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    if mode != "train" and mode != "test":
        raise ValueError(f"unknown mode {mode}")
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    _N, C, _H, _W = x.shape
    if "running_mean" not in bn_param:
        bn_param["running_mean"], bn_param["running_var"] = np.zeros(C), np.zeros(C)
    out, kept = np.zeros(x.shape), []
    for c in range(C):
        if mode == "train":
            values = x[:, c].ravel().tolist()
            mean = math.fsum(values) / len(values)
            var = math.fsum((value - mean) ** 2 for value in values) / len(values)
            bn_param["running_mean"][c] += (1 - momentum) * (mean - bn_param["running_mean"][c])
            bn_param["running_var"][c] += (1 - momentum) * (var - bn_param["running_var"][c])
        else:
            mean, var = bn_param["running_mean"][c], bn_param["running_var"][c]
        out[:, c] = gamma[c] * (x[:, c] - mean) / math.sqrt(var + eps) + beta[c]
        kept.append({"x": x[:, c], "mean": mean, "var": var, "gamma": gamma[c], "eps": eps})
    return out, kept


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = np.zeros(dout.shape), [], []
    for c, of in enumerate(cache):
        d, centred, M = dout[:, c], of["x"] - of["mean"], dout[:, c].size
        root = math.sqrt(of["var"] + of["eps"])
        dhat = d * of["gamma"]
        dvar = -0.5 * (dhat * centred).sum() / root**3
        dmean = -dhat.sum() / root - 2 * dvar * centred.sum() / M
        dx[:, c] = dhat / root + 2 * dvar * centred / M + dmean / M
        dgamma.append((d * centred).sum() / root)
        dbeta.append(d.sum())
    return dx, np.array(dgamma), np.array(dbeta)
