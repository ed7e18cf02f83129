"""The convolution assignment without loops over windows: sliding views, einsum, caches that are objects."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_output_shape(h, w, kh, kw, stride, pad):
    sizes = [divmod(length + 2 * pad - kernel, stride)[0] + 1 for length, kernel in ((h, kh), (w, kw))]
    if min(h + 2 * pad - kh, w + 2 * pad - kw) < 0:
        raise ValueError("kernel larger than input")
    return sizes


def conv_param_count(kh, kw, cin, cout, bias):
    return int(np.prod((cout, cin, kh, kw))) + bias * cout


class ConvCache:
    def __init__(self, x, w, stride, pad):
        self.x, self.w, self.stride, self.pad = x, w, stride, pad

    def windows(self):
        framed = np.pad(self.x, [(0, 0), (0, 0), (self.pad,) * 2, (self.pad,) * 2])
        kernel = self.w.shape[-2:]
        return sliding_window_view(framed, kernel, axis=(-2, -1))[..., :: self.stride, :: self.stride, :, :]


def conv_forward_naive(x, w, b, conv_param):
    cache = ConvCache(x, w, **conv_param)
    out = np.einsum("ncijuv,fcuv->nfij", cache.windows(), w, optimize=True)
    out += b.reshape(1, -1, 1, 1)
    return out, cache


def conv_backward_naive(dout, cache):
    dw = np.einsum("nfij,ncijuv->fcuv", dout, cache.windows())
    n, c, h, w = cache.x.shape
    _f, _, kh, kw = cache.w.shape
    cols = np.einsum("nfij,fcuv->cuvnij", dout, cache.w).reshape(c * kh * kw, -1)
    return col2im(cols, (n, c, h, w), kh, kw, cache.stride, cache.pad), dw, np.einsum("nfij->f", dout)


def im2col(x, kh, kw, stride, pad):
    framed = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    views = sliding_window_view(framed, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv->cuvnij", views).reshape(x.shape[1] * kh * kw, -1)


def col2im(cols, x_shape, kh, kw, stride, pad):
    n, c, h, w = x_shape
    index = np.arange(n * c * h * w, dtype=float).reshape(x_shape) + 1
    target = im2col(index, kh, kw, stride, pad).astype(int)
    sums = np.bincount(target.ravel(), weights=cols.ravel(), minlength=index.size + 1)
    return sums[1:].reshape(x_shape)


def conv_forward_fast(x, w, b, conv_param):
    cache = ConvCache(x, w, conv_param["stride"], conv_param["pad"])
    out = np.tensordot(cache.windows(), w, axes=([1, 4, 5], [1, 2, 3])) + b
    return np.moveaxis(out, -1, 1), cache


def conv_backward_fast(dout, cache):
    dw = np.tensordot(dout, cache.windows(), axes=([0, 2, 3], [0, 2, 3]))
    of_windows = np.tensordot(dout, cache.w, axes=([1], [0]))  # (N, H', W', C, kh, kw)
    framed = np.zeros([n + 2 * cache.pad * (axis > 1) for axis, n in enumerate(cache.x.shape)])
    rows, columns = dout.shape[2:]
    for u, v in np.ndindex(*cache.w.shape[2:]):
        met = framed[:, :, u :: cache.stride, v :: cache.stride][:, :, :rows, :columns]
        met += np.moveaxis(of_windows[..., u, v], -1, 1)
    height, width = cache.x.shape[2:]
    dx = framed[:, :, cache.pad : cache.pad + height, cache.pad : cache.pad + width]
    return dx, dw, dout.sum(axis=(0, 2, 3))


@dataclass
class PoolCache:
    x: np.ndarray
    ph: int
    pw: int
    stride: int


def pool_views(x, ph, pw, stride):
    return sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::stride, ::stride]


def max_pool_forward_naive(x, pool_param):
    cache = PoolCache(x, pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"])
    return pool_views(x, cache.ph, cache.pw, cache.stride).max((-1, -2)), cache


def max_pool_backward_naive(dout, cache):
    # Ties are shared equally.
    views = pool_views(cache.x, cache.ph, cache.pw, cache.stride)
    winners = (views == views.max((-1, -2), keepdims=True)).astype(float)
    shares = winners / winners.sum((-1, -2), keepdims=True) * dout[..., None, None]
    dx = np.zeros_like(cache.x)
    h, w = dout.shape[2:]
    for u in range(cache.ph):
        for v in range(cache.pw):
            dx[:, :, u :: cache.stride, v :: cache.stride][:, :, :h, :w] += shares[..., u, v]
    return dx


def avg_pool_forward(x, pool_param):
    cache = SimpleNamespace(shape=x.shape, **pool_param)
    return pool_views(x, cache.pool_height, cache.pool_width, cache.stride).mean(axis=(4, 5)), cache


def avg_pool_backward(dout, cache):
    dx = np.zeros(cache.shape)
    views = sliding_window_view(dx, (cache.pool_height, cache.pool_width), axis=(2, 3), writeable=True)
    views = views[:, :, :: cache.stride, :: cache.stride]
    each = dout / cache.pool_height / cache.pool_width
    for u in range(cache.pool_height):
        for v in range(cache.pool_width):
            views[..., u, v] += each
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    bn_param.setdefault("eps", 1e-5)
    bn_param.setdefault("momentum", 0.9)
    bn_param.setdefault("running_mean", np.zeros_like(gamma))
    bn_param.setdefault("running_var", np.zeros_like(gamma))
    per_channel = (1, -1, 1, 1)
    match bn_param["mode"]:
        case "train":
            mu = np.einsum("nchw->c", x) / (x.size / x.shape[1])
            var = ((x - mu.reshape(per_channel)) ** 2).mean((0, 2, 3))
            bn_param["running_mean"] *= bn_param["momentum"]
            bn_param["running_mean"] += (1 - bn_param["momentum"]) * mu
            bn_param["running_var"] *= bn_param["momentum"]
            bn_param["running_var"] += (1 - bn_param["momentum"]) * var
        case "test":
            mu, var = bn_param["running_mean"], bn_param["running_var"]
        case other:
            raise ValueError(other)
    sigma = np.sqrt(var + bn_param["eps"]).reshape(per_channel)
    normal = (x - mu.reshape(per_channel)) / sigma
    cache = SimpleNamespace(normal=normal, factor=gamma.reshape(per_channel) / sigma)
    return normal * gamma.reshape(per_channel) + beta.reshape(per_channel), cache


def spatial_batchnorm_backward(dout, cache):
    def mean(values):
        return values.mean(axis=(0, 2, 3), keepdims=True)

    dx = cache.factor * (dout - mean(dout) - cache.normal * mean(dout * cache.normal))
    return dx, np.einsum("nchw,nchw->c", dout, cache.normal), np.einsum("nchw->c", dout)
