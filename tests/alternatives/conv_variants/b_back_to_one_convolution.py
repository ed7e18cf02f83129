"""Every kind brought back to the ordinary convolution: by zeros in kernels, in images and between groups."""

import numpy as np


def im2col(x, kh, kw, stride, pad):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    views = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv->cuvnij", views).reshape(x.shape[1] * kh * kw, -1), views.shape[2:4]


def conv(x, w, b, stride=1, pad=0):
    columns, (rows, width) = im2col(x, *w.shape[2:], stride, pad)
    out = w.reshape(len(w), -1) @ columns
    return (out + b.reshape(-1, 1)).reshape(len(w), len(x), rows, width).transpose(1, 0, 2, 3)


def conv1x1(x, w, b):
    return conv(x, w.reshape(*w.shape, 1, 1), b)


def dilated_conv(x, w, b, stride, pad, dilation):
    spread = np.zeros((*w.shape[:2], *(dilation * (side - 1) + 1 for side in w.shape[2:])))
    spread[:, :, ::dilation, ::dilation] = w
    return conv(x, spread, b, stride, pad)


def receptive_field(layers):
    strides = np.cumprod([1] + [stride for _, stride, _ in layers])
    return 1 + sum(int(jump) * d * (k - 1) for jump, (k, _, d) in zip(strides, layers, strict=False))


def transposed_conv(x, w, b, stride, pad, output_padding):
    if output_padding not in range(stride):
        raise ValueError
    n, c, height, width = x.shape
    kh, kw = w.shape[2:]
    stuffed = np.zeros((n, c, (height - 1) * stride + 1, (width - 1) * stride + 1))
    stuffed[:, :, ::stride, ::stride] = x
    framed = np.pad(stuffed, [(0, 0), (0, 0), (kh - 1, kh - 1 + output_padding), (kw - 1, kw - 1 + output_padding)])
    full = conv(framed, w[:, :, ::-1, ::-1].swapaxes(0, 1), b)
    return full[:, :, pad : full.shape[2] - pad, pad : full.shape[3] - pad]


def grouped_conv(x, w, b, groups, stride, pad):
    (filters, per_group), channels = w.shape[:2], x.shape[1]
    if channels % groups or filters % groups:
        raise ValueError("groups")
    full = np.zeros((filters, channels, *w.shape[2:]))
    for f in range(filters):
        first = f // (filters // groups) * per_group
        full[f, first : first + per_group] = w[f]
    return conv(x, full, b, stride, pad)


def depthwise_separable_conv(x, dw, pw, stride, pad):
    channels, multiplier = dw.shape[:2]
    kernels = np.einsum("fcm,cmuv->fcuv", pw.reshape(-1, channels, multiplier), dw)
    return conv(x, kernels, np.zeros(len(pw)), stride, pad)


def separable_kernel(k):
    """The eigenvector of k^T k with the largest eigenvalue is the row."""
    _, vectors = np.linalg.eigh(k.T @ k)
    row = vectors[:, -1]
    column = k @ row
    rest = np.linalg.norm(k - np.outer(column, row), 2)
    return (column, row) if rest <= 1e-5 * np.linalg.norm(column) else None


def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    def out(length, kernel, step=stride, frame=pad):
        return 1 + (length + 2 * frame - 1 - dilation * (kernel - 1)) // step

    steps = {
        "standard": [(cout, cin, k, k, out(h, k), out(w, k))],
        "dilated": [(cout, cin, k, k, out(h, k), out(w, k))],
        "grouped": [(cout, cin // groups, k, k, out(h, k), out(w, k))],
        "transposed": [(cin, cout, k, k, h, w)],
        "depthwise_separable": [
            (cin, multiplier, k, k, out(h, k), out(w, k)),
            (cout, cin * multiplier, 1, 1, out(h, k), out(w, k)),
        ],
        "spatially_separable": [(cout, cin, k, 1, out(h, k), w), (cout, cout, 1, k, out(h, k), out(w, k))],
    }
    if kind not in steps:
        raise ValueError(f"unknown kind {kind}")
    params = sum(int(np.prod(step[:4])) for step in steps[kind])
    return params, sum(int(np.prod(step)) for step in steps[kind])


q_span = 3 * 4 + 1
q_stack = 1 + 2 + 4 + 8
q_canvas = 9 + 5 - 2 + 2
q_group_weights = 18432
q_saving = 8.69
q_not_separable = "c"
