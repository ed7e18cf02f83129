"""Work on the convolution assignment that does none of it."""

import numpy as np

from autograder import stand_in


def size(n, k, stride, pad=0):
    return (n + 2 * pad - k) // stride + 1


@stand_in("conv_output_shape")
def a_stride_less(h, w, kh, kw, stride, pad):
    return h // stride, w // stride


@stand_in("conv_param_count")
def entries_of_one_filter(kh, kw, cin, cout, bias):
    return kh * kw * cin


@stand_in("conv_forward_naive")
def the_bias_in_every_map(x, w, b, conv_param):
    rows = size(x.shape[2], w.shape[2], conv_param["stride"], conv_param["pad"])
    columns = size(x.shape[3], w.shape[3], conv_param["stride"], conv_param["pad"])
    return np.ones((len(x), 1, rows, columns)) * b[:, None, None], (x, w, b, conv_param)


@stand_in("conv_backward_naive")
def only_the_bias(dout, cache):
    x, w, _, _ = cache
    return np.zeros_like(x), np.zeros_like(w), dout.sum(axis=(0, 2, 3))


@stand_in("im2col")
def the_image_as_it_lies(x, kh, kw, stride, pad):
    rows, columns = size(x.shape[2], kh, stride, pad), size(x.shape[3], kw, stride, pad)
    return np.resize(x, (x.shape[1] * kh * kw, len(x) * rows * columns))


@stand_in("col2im")
def the_columns_as_they_lie(cols, x_shape, kh, kw, stride, pad):
    return np.resize(cols, x_shape)


answers = {}


@stand_in("conv_forward_fast")
def quick_and_zero(x, w, b, conv_param):
    return the_bias_in_every_map(x, 0 * w, 0 * b, conv_param)


@stand_in("conv_forward_fast")
def the_first_answer_of_this_shape(x, w, b, conv_param):
    key = x.shape, w.shape
    if key not in answers:
        answers[key] = the_bias_in_every_map(x, w, b, conv_param)
    return answers[key]


@stand_in("conv_backward_fast")
def quick_and_of_the_bias_alone(dout, cache):
    return only_the_bias(dout, cache)


@stand_in("max_pool_forward_naive")
@stand_in("avg_pool_forward")
def the_corner_of_each_window(x, pool_param):
    rows = size(x.shape[2], pool_param["pool_height"], pool_param["stride"])
    columns = size(x.shape[3], pool_param["pool_width"], pool_param["stride"])
    step = pool_param["stride"]
    return x[:, :, : rows * step : step, : columns * step : step], (x, pool_param)


@stand_in("max_pool_backward_naive")
@stand_in("avg_pool_backward")
def the_gradient_in_the_corners(dout, cache):
    dx = np.zeros(np.shape(cache[0]))
    step = cache[-1]["stride"]
    dx[:, :, : dout.shape[2] * step : step, : dout.shape[3] * step : step] = dout
    return dx


@stand_in("spatial_batchnorm_forward")
def scaled_and_shifted(x, gamma, beta, bn_param):
    bn_param.setdefault("running_mean", np.zeros(len(gamma)))
    bn_param.setdefault("running_var", np.zeros(len(gamma)))
    if bn_param["mode"] not in ("train", "test"):
        raise ValueError("no such mode")
    return gamma[:, None, None] * x + beta[:, None, None], (x, gamma)


@stand_in("spatial_batchnorm_backward")
def the_gradient_passed_on(dout, cache):
    return dout, dout.sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))
