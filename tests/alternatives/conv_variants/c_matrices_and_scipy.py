"""Kinds of convolution by SciPy's correlation and by matrices; results in float32 where that is natural."""

import numpy as np
from scipy.linalg import svd
from scipy.signal import correlate2d

Cost = tuple[int, int]


def correlate(x, w, b, stride, pad):
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    maps = [[sum(correlate2d(p, k, "valid") for p, k in zip(image, f, strict=True)) for f in w] for image in x]
    return np.array(maps)[:, :, ::stride, ::stride] + b[:, None, None]


def conv1x1(x, w, b):
    return (np.tensordot(x.astype(np.float32), w.astype(np.float32), (1, 1)) + b.astype(np.float32)).transpose(
        0, 3, 1, 2
    )


def dilated_conv(x, w, b, stride, pad, dilation):
    rows, columns = (dilation * (side - 1) + 1 for side in w.shape[2:])
    hole = np.zeros((dilation, dilation))
    hole[0, 0] = 1
    return correlate(x, np.kron(w, hole)[:, :, :rows, :columns], b, stride, pad)


def receptive_field(layers):
    """The first and the last input pixel of output 0, followed through the layers."""
    first = last = 0
    for kernel, stride, dilation in reversed(layers):
        first, last = first * stride, last * stride + dilation * (kernel - 1)
    return last - first + 1


def transposed_conv(x, w, b, stride, pad, output_padding):
    """The matrix of the convolution, column by column, transposed."""
    if output_padding < 0 or output_padding > stride - 1:
        raise ValueError("output padding")
    channels, filters, kh, kw = w.shape
    shape = (
        filters,
        (x.shape[2] - 1) * stride - 2 * pad + kh + output_padding,
        (x.shape[3] - 1) * stride - 2 * pad + kw + output_padding,
    )
    units = np.identity(int(np.prod(shape))).reshape(-1, *shape)
    matrix = correlate(units, w, np.zeros(channels), stride, pad).reshape(len(units), -1)
    return (x.reshape(len(x), -1) @ matrix.T).reshape(-1, *shape) + b[:, None, None]


def grouped_conv(x, w, b, groups, stride, pad):
    n, c, height, width = x.shape
    if c % groups or len(w) % groups:
        raise ValueError(f"{c} and {len(w)} in {groups}")
    by_group = x.reshape(n, groups, c // groups, height, width)
    weights, biases = w.reshape(groups, -1, *w.shape[1:]), b.reshape(groups, -1)
    return np.hstack([correlate(by_group[:, g], weights[g], biases[g], stride, pad) for g in range(groups)])


def depthwise_separable_conv(x, dw, pw, stride, pad):
    out = 0
    for c, kernels in enumerate(dw):
        for m, kernel in enumerate(kernels):
            one_map = correlate(x[:, [c]], kernel[None, None], np.zeros(1), stride, pad)
            out = out + one_map * pw[:, c * len(kernels) + m, None, None]
    return out


def separable_kernel(k):
    u, s, vt = svd(k.astype(np.float32))
    if np.sum(s > 1e-5 * s[0]) > 1:
        return None
    root = np.sqrt(s[0])
    return -u[:, 0] * root, -vt[0] * root


def conv_cost(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1) -> Cost:
    h_out = len(range(0, h + 2 * pad - dilation * (k - 1), stride))
    w_out = len(range(0, w + 2 * pad - dilation * (k - 1), stride))
    match kind:
        case "standard" | "dilated" | "grouped":
            steps = [(cin * cout * k * k // groups, h_out * w_out)]
        case "transposed":
            steps = [(cin * cout * k * k, h * w)]
        case "depthwise_separable":
            steps = [(cin * multiplier * k * k, h_out * w_out), (cin * multiplier * cout, h_out * w_out)]
        case "spatially_separable":
            steps = [(k * cin * cout, h_out * w), (k * cout**2, h_out * w_out)]
        case _:
            raise ValueError("no such kind")
    return sum(p for p, _ in steps), sum(p * n for p, n in steps)


q_span = 13.0
q_stack = 15
q_canvas = 14
q_group_weights = 128 * 16 * 9
q_saving = 8.7
q_not_separable = " c "
