"""Kinds of convolution as loops over images, filters, rows and columns, in the manner of CS231n's assignments."""

import numpy as np


def conv1x1(x, w, b):
    N, _C, H, W = x.shape
    F, _ = w.shape
    out = np.zeros((N, F, H, W))
    for n in range(N):
        for f in range(F):
            for i in range(H):
                for j in range(W):
                    out[n, f, i, j] = np.sum(x[n, :, i, j] * w[f]) + b[f]
    return out


def dilated_conv(x, w, b, stride, pad, dilation):
    N, _C, H, W = x.shape
    F, _C, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - dilation * (HH - 1) - 1) // stride
    W_out = 1 + (W + 2 * pad - dilation * (WW - 1) - 1) // stride
    x_pad = np.pad(x, ((0,), (0,), (pad,), (pad,)), "constant")
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[
                        n,
                        :,
                        top : top + dilation * (HH - 1) + 1 : dilation,
                        left : left + dilation * (WW - 1) + 1 : dilation,
                    ]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


def receptive_field(layers):
    """From the output back to the input: r pixels of a map come from (r - 1) * stride + span pixels below."""
    field = 1
    for k, s, d in layers[::-1]:
        field = (field - 1) * s + d * (k - 1) + 1
    return field


def transposed_conv(x, w, b, stride, pad, output_padding):
    if output_padding < 0 or output_padding >= stride:
        raise ValueError("output_padding must be smaller than stride")
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    H_out = (H - 1) * stride - 2 * pad + HH + output_padding
    W_out = (W - 1) * stride - 2 * pad + WW + output_padding
    dx_pad = np.zeros((N, F, H_out + 2 * pad, W_out + 2 * pad))
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    dx_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += w[c] * x[n, c, i, j]
    out = dx_pad[:, :, pad : pad + H_out, pad : pad + W_out]
    return out + b.reshape(1, F, 1, 1)


def grouped_conv(x, w, b, groups, stride, pad):
    C, F = x.shape[1], w.shape[0]
    if C % groups != 0 or F % groups != 0:
        raise ValueError("groups must divide channels and filters")
    outs = []
    for g in range(groups):
        cs, fs = slice(g * (C // groups), (g + 1) * (C // groups)), slice(g * (F // groups), (g + 1) * (F // groups))
        outs.append(dilated_conv(x[:, cs], w[fs], b[fs], stride, pad, 1))
    return np.concatenate(outs, axis=1)


def depthwise_separable_conv(x, dw, pw, stride, pad):
    C, M, HH, WW = dw.shape
    depthwise = grouped_conv(x, dw.reshape(C * M, 1, HH, WW), np.zeros(C * M), C, stride, pad)
    return conv1x1(depthwise, pw, np.zeros(pw.shape[0]))


def separable_kernel(k):
    """Every row is a multiple of the row with the largest entry."""
    if not k.any():
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    u, v = np.unravel_index(np.argmax(np.abs(k)), k.shape)
    column, row = k[:, v] / k[u, v], k[u].copy()
    if np.abs(np.outer(column, row) - k).max() > 1e-5 * np.abs(k).max():
        return None
    return column, row


def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    k_eff = dilation * (k - 1) + 1
    positions = ((h + 2 * pad - k_eff) // stride + 1) * ((w + 2 * pad - k_eff) // stride + 1)
    if kind in ("standard", "dilated"):
        return k * k * cin * cout, k * k * cin * cout * positions
    if kind == "grouped":
        per_group = k * k * (cin // groups) * (cout // groups)
        return groups * per_group, groups * per_group * positions
    if kind == "transposed":
        return k * k * cin * cout, k * k * cin * cout * h * w
    if kind == "depthwise_separable":
        depthwise, pointwise = k * k * cin * multiplier, cin * multiplier * cout
        return depthwise + pointwise, (depthwise + pointwise) * positions
    if kind == "spatially_separable":
        rows = (h + 2 * pad - k) // stride + 1
        return k * cin * cout + k * cout * cout, k * cin * cout * rows * w + k * cout * cout * positions
    raise ValueError(kind)


q_span = 13
q_stack = 15
q_canvas = 14
q_group_weights = 64 // 4 * 128 * 9
q_saving = 1 / (1 / 256 + 1 / 9)
q_not_separable = "C"
