"""The convolution assignment as a student of CS231n would write it: cache tuples, config lookups, nested loops."""

import numpy as np


def conv_output_shape(h, w, kh, kw, stride, pad):
    H_out = int(1 + np.floor((h + 2 * pad - kh) / stride))
    W_out = int(1 + np.floor((w + 2 * pad - kw) / stride))
    if H_out <= 0 or W_out <= 0:
        raise ValueError("Filter is larger than the padded input")
    return H_out, W_out


def conv_param_count(kh, kw, cin, cout, bias):
    num = kh * kw * cin * cout
    if bias:
        num += cout
    return num


def conv_forward_naive(x, w, b, conv_param):
    out = None
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    S, P = conv_param.get("stride", 1), conv_param.get("pad", 0)
    x_pad = np.zeros((N, C, H + 2 * P, W + 2 * P))
    x_pad[:, :, P : H + P, P : W + P] = x
    H_out = 1 + (H + 2 * P - HH) // S
    W_out = 1 + (W + 2 * P - WW) // S
    out = np.zeros((N, F, H_out, W_out))
    for i in range(N):
        for f in range(F):
            for j in range(H_out):
                for k in range(W_out):
                    out[i, f, j, k] = np.sum(x_pad[i, :, j * S : HH + j * S, k * S : WW + k * S] * w[f, :]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    dx, dw, db = None, None, None
    x, w, b, conv_param = cache
    N, _C, H, W = x.shape
    F, _C, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    S, P = conv_param.get("stride", 1), conv_param.get("pad", 0)
    x_pad = np.pad(x, ((0,), (0,), (P,), (P,)), mode="constant")
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for f in range(F):
        db[f] += np.sum(dout[:, f])
    for i in range(N):
        for f in range(F):
            for j in range(H_out):
                for k in range(W_out):
                    dw[f] += x_pad[i, :, j * S : j * S + HH, k * S : k * S + WW] * dout[i, f, j, k]
                    dx_pad[i, :, j * S : j * S + HH, k * S : k * S + WW] += w[f] * dout[i, f, j, k]
    dx = dx_pad[:, :, P : P + H, P : P + W]
    return dx, dw, db


def get_im2col_indices(x_shape, field_height, field_width, padding, stride):
    _N, C, H, W = x_shape
    out_height = (H + 2 * padding - field_height) // stride + 1
    out_width = (W + 2 * padding - field_width) // stride + 1
    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return k, i, j


def im2col(x, kh, kw, stride, pad):
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    k, i, j = get_im2col_indices(x.shape, kh, kw, pad, stride)
    cols = x_padded[:, k, i, j]
    return cols.transpose(1, 0, 2).reshape(kh * kw * x.shape[1], -1)


def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    x_padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=cols.dtype)
    k, i, j = get_im2col_indices(x_shape, kh, kw, pad, stride)
    cols_reshaped = cols.reshape(C * kh * kw, N, -1).transpose(1, 0, 2)
    np.add.at(x_padded, (slice(None), k, i, j), cols_reshaped)
    if pad == 0:
        return x_padded
    return x_padded[:, :, pad:-pad, pad:-pad]


def conv_forward_fast(x, w, b, conv_param):
    N, _C, H, W = x.shape
    F, _, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    H_out, W_out = conv_output_shape(H, W, HH, WW, stride, pad)
    x_cols = im2col(x, HH, WW, stride, pad)
    res = w.reshape((w.shape[0], -1)).dot(x_cols) + b.reshape(-1, 1)
    out = res.reshape(F, N, H_out, W_out).transpose(1, 0, 2, 3)
    return out, (x, w, b, conv_param)


def conv_backward_fast(dout, cache):
    x, w, _b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    db = np.sum(dout, axis=(0, 2, 3))
    num_filters, _, filter_height, filter_width = w.shape
    x_cols = im2col(x, filter_height, filter_width, stride, pad)
    dout_reshaped = dout.transpose(1, 0, 2, 3).reshape(num_filters, -1)
    dw = dout_reshaped.dot(x_cols.T).reshape(w.shape)
    dx_cols = w.reshape(num_filters, -1).T.dot(dout_reshaped)
    return col2im(dx_cols, x.shape, filter_height, filter_width, stride, pad), dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    HH, WW, S = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H_out = 1 + (H - HH) // S
    W_out = 1 + (W - WW) // S
    out = np.zeros((N, C, H_out, W_out))
    for i in range(N):
        for c in range(C):
            for j in range(H_out):
                for k in range(W_out):
                    out[i, c, j, k] = np.max(x[i, c, j * S : j * S + HH, k * S : k * S + WW])
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    N, C, _H, _W = x.shape
    HH, WW, S = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    _, _, H_out, W_out = dout.shape
    dx = np.zeros_like(x)
    for i in range(N):
        for c in range(C):
            for j in range(H_out):
                for k in range(W_out):
                    x_pool = x[i, c, j * S : j * S + HH, k * S : k * S + WW]
                    ind = np.unravel_index(np.argmax(x_pool, axis=None), x_pool.shape)
                    dx[i, c, j * S + ind[0], k * S + ind[1]] += dout[i, c, j, k]
    return dx


def avg_pool_forward(x, pool_param):
    N, C, H, W = x.shape
    HH, WW, S = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    H_out = 1 + (H - HH) // S
    W_out = 1 + (W - WW) // S
    out = np.zeros((N, C, H_out, W_out))
    for i in range(N):
        for c in range(C):
            for j in range(H_out):
                for k in range(W_out):
                    out[i, c, j, k] = np.mean(x[i, c, j * S : j * S + HH, k * S : k * S + WW])
    return out, (x, pool_param)


def avg_pool_backward(dout, cache):
    x, pool_param = cache
    HH, WW, S = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H_out, W_out = dout.shape
    dx = np.zeros_like(x)
    for i in range(N):
        for c in range(C):
            for j in range(H_out):
                for k in range(W_out):
                    dx[i, c, j * S : j * S + HH, k * S : k * S + WW] += np.ones((HH, WW)) * dout[i, c, j, k] / (HH * WW)
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    _N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    out, cache = None, None
    if mode == "train":
        mu = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        std = np.sqrt(var + eps)
        x_norm = (x - mu) / std
        out = gamma * x_norm + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
        cache = (x, mu, std, x_norm, gamma)
    elif mode == "test":
        x_norm = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * x_norm + beta
    else:
        raise ValueError(f'Invalid forward batchnorm mode "{mode}"')
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    x, mu, std, x_norm, gamma = cache
    N = x.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * x_norm, axis=0)
    dx_norm = dout * gamma
    dvar = np.sum(dx_norm * (x - mu), axis=0) * -0.5 * std**-3
    dmu = np.sum(-dx_norm / std, axis=0) + dvar * np.mean(-2 * (x - mu), axis=0)
    dx = dx_norm / std + dvar * 2 * (x - mu) / N + dmu / N
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    x = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(x, gamma, beta, bn_param)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dout = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(dout, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta
