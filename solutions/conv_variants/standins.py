"""Work that is none: ordinary convolutions, copies and sizes."""

import numpy as np

from autograder import stand_in


def ordinary(x, w, b, stride, pad):
    """An ordinary convolution, what the notebook hands out."""
    framed = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    windows = np.lib.stride_tricks.sliding_window_view(framed, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijuv,fcuv->nfij", windows, w) + b[:, None, None]


@stand_in("conv1x1")
def the_biases_everywhere(x, w, b):
    return np.zeros((len(x), len(w), *x.shape[2:])) + b[:, None, None]


@stand_in("conv1x1")
def the_channels_as_they_are(x, w, b):
    return np.resize(x, (len(x), len(w), *x.shape[2:]))


@stand_in("dilated_conv")
def an_ordinary_convolution(x, w, b, stride, pad, dilation):
    return ordinary(x, w, b, stride, pad)


@stand_in("dilated_conv")
def the_right_shape_with_biases(x, w, b, stride, pad, dilation):
    sizes = [
        (n + 2 * pad - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True)
    ]
    return np.zeros((len(x), len(w), *sizes)) + b[:, None, None]


@stand_in("receptive_field")
def the_sum_of_the_kernels(layers):
    return 1 + sum(kernel - 1 for kernel, _, _ in layers)


@stand_in("receptive_field")
def the_first_kernel(layers):
    return layers[0][0] if layers else 1


@stand_in("transposed_conv")
def pixels_repeated(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError
    sizes = [(n - 1) * stride + k - 2 * pad + output_padding for n, k in zip(x.shape[2:], w.shape[2:], strict=True)]
    wide = x.mean(axis=1, keepdims=True).repeat(stride, axis=2).repeat(stride, axis=3)
    out = np.zeros((len(x), w.shape[1], *sizes)) + b[:, None, None]
    rows, columns = min(sizes[0], wide.shape[2]), min(sizes[1], wide.shape[3])
    out[:, :, :rows, :columns] += wide[:, :, :rows, :columns]
    return out


@stand_in("grouped_conv")
def a_convolution_of_the_first_channels(x, w, b, groups, stride, pad):
    if x.shape[1] % groups or len(w) % groups:
        raise ValueError
    return ordinary(x[:, : w.shape[1]], w, b, stride, pad)


@stand_in("depthwise_separable_conv")
def mixes_only(x, dw, pw, stride, pad):
    multiplier = dw.shape[1]
    sizes = [(n + 2 * pad - k) // stride + 1 for n, k in zip(x.shape[2:], dw.shape[2:], strict=True)]
    framed = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    maps = framed[:, :, : sizes[0] * stride : stride, : sizes[1] * stride : stride].repeat(multiplier, axis=1)
    return np.einsum("nmhw,fm->nfhw", maps[:, :, : sizes[0], : sizes[1]], pw)


@stand_in("separable_kernel")
def none_for_all(k):
    return None


@stand_in("separable_kernel")
def the_first_column_and_row(k):
    return k[:, 0] / (k[0, 0] or 1.0), k[0]


@stand_in("conv_cost")
def the_size_of_one_kernel(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    if kind not in ("standard", "dilated", "grouped", "transposed", "depthwise_separable", "spatially_separable"):
        raise ValueError
    return k * k * cin * cout, k * k * cin * cout * h * w
