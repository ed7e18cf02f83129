"""Known wrong implementations of the convolution assignment.

The helpers below are right; each mistake deviates from them in one place. A cache is the reference's:
(x, w, b, conv_param), (x, pool_param), (x.shape, pool_param) or (x_hat, gamma, inverse_std).
"""

import math

import numpy as np

from autograder import mistake


def _size(length, kernel, stride, pad):
    return (length + 2 * pad - kernel) // stride + 1


def _pad(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def _slide(framed, kh, kw, stride):
    """(N, C, H', W', kh, kw) windows of an already padded array."""
    return np.lib.stride_tricks.sliding_window_view(framed, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]


def _apply(framed, w, b, stride):
    """Convolution of an already padded array."""
    return np.einsum("ncijuv,fcuv->nfij", _slide(framed, *w.shape[2:], stride), w) + b[:, None, None]


def _conv(x, w, b, conv_param):
    return _apply(_pad(x, conv_param["pad"]), w, b, conv_param["stride"])


def _places(dout, stride, kh, kw):
    """Output index and window slices, in the order of the loops."""
    for n, f, i, j in np.ndindex(dout.shape):
        yield (n, f, i, j), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)


def _gradients(dout, cache):
    """dx with its frame, dw and db, all right."""
    x, w, _, conv_param = cache
    framed = _pad(x, conv_param["pad"])
    dx, dw = np.zeros(framed.shape), np.zeros(w.shape)
    for (n, f, i, j), rows, columns in _places(dout, conv_param["stride"], *w.shape[2:]):
        dw[f] += dout[n, f, i, j] * framed[n, :, rows, columns]
        dx[n, :, rows, columns] += dout[n, f, i, j] * w[f]
    return dx, dw, dout.sum(axis=(0, 2, 3))


def _crop(framed, x, pad):
    return framed[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]


def _right_gradients(dout, cache):
    dx, dw, db = _gradients(dout, cache)
    return _crop(dx, cache[0], cache[3]["pad"]), dw, db


def _six(x, kh, kw, stride, pad):
    """(C, kh, kw, N, H', W') entries of cols, before they are flattened."""
    return _slide(_pad(x, pad), kh, kw, stride).transpose(1, 4, 5, 0, 2, 3)


def _matrix(blocks):
    return blocks.reshape(int(np.prod(blocks.shape[:3])), -1)


def _scatter(blocks, x_shape, stride, pad, *, add=True):
    """The sums of col2im from (C, kh, kw, N, H', W') blocks, with their frame."""
    _, kh, kw, _, out_h, out_w = blocks.shape
    n_images, channels, height, width = x_shape
    framed = np.zeros((n_images, channels, height + 2 * pad, width + 2 * pad))
    for u in range(kh):
        for v in range(kw):
            seen = framed[:, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride]
            seen[...] = blocks[:, u, v].transpose(1, 0, 2, 3) + (seen if add else 0.0)
    return framed


def _blocks(cols, x_shape, kh, kw, stride, pad):
    sizes = (_size(x_shape[2], kh, stride, pad), _size(x_shape[3], kw, stride, pad))
    return cols.reshape(x_shape[1], kh, kw, x_shape[0], *sizes)


def _inner(framed, x_shape, pad):
    return framed[:, :, pad : pad + x_shape[2], pad : pad + x_shape[3]]


def _pool(pool_param):
    return pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]


def _pool_windows(x, pool_param):
    ph, pw, stride = _pool(pool_param)
    return _slide(x, ph, pw, stride)


def _partial_windows(x, pool_param, reduce):
    """Pooling with the size rounded up; the last windows are cut off by the edge."""
    ph, pw, stride = _pool(pool_param)
    height, width = x.shape[2:]
    tops = [min(i * stride, height - 1) for i in range(math.ceil((height - ph) / stride) + 1)]
    lefts = [min(j * stride, width - 1) for j in range(math.ceil((width - pw) / stride) + 1)]
    return np.stack(
        [np.stack([reduce(x[:, :, t : t + ph, s : s + pw], axis=(2, 3)) for s in lefts], axis=-1) for t in tops],
        axis=-2,
    )


def _route(dout, cache, send):
    """Max pooling backwards; send(dx, window of x, rows, columns, gradient) works on one map."""
    x, pool_param = cache
    ph, pw, stride = _pool(pool_param)
    dx = np.zeros(x.shape)
    for (n, c, i, j), rows, columns in _places(dout, stride, ph, pw):
        send(dx[n, c], x[n, c, rows, columns], rows, columns, dout[n, c, i, j])
    return dx


def _statistics(bn_param, channels):
    return (
        bn_param.get("eps", 1e-5),
        bn_param.get("momentum", 0.9),
        bn_param.get("running_mean", np.zeros(channels)),
        bn_param.get("running_var", np.zeros(channels)),
    )


def _batchnorm(x, gamma, beta, bn_param, *, axes=(0, 2, 3), ddof=0, root=None, update=None, modes=("train", "test")):
    """Spatial batch normalisation with replaceable parts.

    axes, ddof: of the batch statistics. root(var, eps): the divisor. update(old, new, momentum): the running value.
    """
    eps, momentum, running_mean, running_var = _statistics(bn_param, x.shape[1])
    if bn_param["mode"] not in modes:
        raise ValueError(bn_param["mode"])
    root = root or (lambda var, eps: np.sqrt(var + eps))
    update = update or (lambda old, new, momentum: momentum * old + (1 - momentum) * new)
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, ddof=ddof, keepdims=True)
        bn_param["running_mean"] = update(running_mean, x.mean(axis=(0, 2, 3)), momentum)
        bn_param["running_var"] = update(running_var, x.var(axis=(0, 2, 3), ddof=ddof), momentum)
    else:
        mean, var = running_mean[:, None, None], running_var[:, None, None]
    x_hat = (x - mean) / root(var, eps)
    return gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, gamma, 1 / root(x.var(axis=(0, 2, 3)), eps))


# --- conv_output_shape ---------------------------------------------------------------------------------------------


def _require_fit(h, w, kh, kw, pad):
    if kh > h + 2 * pad or kw > w + 2 * pad:
        raise ValueError("the kernel does not fit")


@mistake("conv_output_shape", says="The height stands where the width belongs: the order is height, then width.")
def size_width_first(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return _size(w, kw, stride, pad), _size(h, kh, stride, pad)


@mistake("conv_output_shape", says="The kernel's height seems to be used in both directions.")
def size_kernel_height_twice(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return _size(h, kh, stride, pad), _size(w, kh, stride, pad)


@mistake("conv_output_shape", says="The size is rounded up; a window that would stick out of the image does not count.")
def size_rounded_up(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return math.ceil((h + 2 * pad - kh) / stride) + 1, math.ceil((w + 2 * pad - kw) / stride) + 1


@mistake("conv_output_shape", says="The size is rounded to the nearest number; only whole windows count: round down.")
def size_rounded_to_nearest(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return round((h + 2 * pad - kh) / stride) + 1, round((w + 2 * pad - kw) / stride) + 1


@mistake("conv_output_shape", says="One window too few: count the first window as well as the steps from it.")
def size_first_window_missing(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return _size(h, kh, stride, pad) - 1, _size(w, kw, stride, pad) - 1


@mistake("conv_output_shape", says="The padding is counted on one side only; there is a frame on all four sides.")
def size_padding_once(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return (h + pad - kh) // stride + 1, (w + pad - kw) // stride + 1


@mistake("conv_output_shape", says="A size is a float: it is not rounded down to a whole number of windows.")
def size_not_whole(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    return (h + 2 * pad - kh) / stride + 1, (w + 2 * pad - kw) / stride + 1


@mistake("conv_output_shape", says="A kernel that is larger than the padded input gets a size; it should be refused.")
def size_of_what_does_not_fit(h, w, kh, kw, stride, pad):
    return int((h + 2 * pad - kh) / stride) + 1, int((w + 2 * pad - kw) / stride) + 1


@mistake("conv_output_shape", says="A kernel larger than the padded input gets size 0 or less; it should be refused.")
def size_never_refused(h, w, kh, kw, stride, pad):
    return _size(h, kh, stride, pad), _size(w, kw, stride, pad)


@mistake("conv_output_shape", says="A layer is refused whose stride does not divide; the size is rounded down instead.")
def size_must_divide(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, pad)
    if (h + 2 * pad - kh) % stride or (w + 2 * pad - kw) % stride:
        raise ValueError("the stride does not divide")
    return _size(h, kh, stride, pad), _size(w, kw, stride, pad)


@mistake("conv_output_shape", says="A kernel exactly as large as the padded input is refused, but it fits: once.")
def size_exact_fit_refused(h, w, kh, kw, stride, pad):
    _require_fit(h - 1, w - 1, kh, kw, pad)
    return _size(h, kh, stride, pad), _size(w, kw, stride, pad)


@mistake("conv_output_shape", says="Whether the kernel fits is tested without the padding.")
def size_fit_without_padding(h, w, kh, kw, stride, pad):
    _require_fit(h, w, kh, kw, 0)
    return _size(h, kh, stride, pad), _size(w, kw, stride, pad)


@mistake("conv_output_shape", says="Only the height is tested; a kernel can be too wide as well.")
def size_width_not_tested(h, w, kh, kw, stride, pad):
    _require_fit(h, kw, kh, kw, pad)
    return _size(h, kh, stride, pad), _size(w, kw, stride, pad)


mistake("q_output_height", says="Is the size rounded up? A window that sticks out does not count.", name="height_up")(
    12
)
mistake("q_output_height", says="One too few: the window at the very top counts as well.", name="height_no_first")(10)
mistake("q_output_height", says="The padding stands at the top and at the bottom.", name="height_padding_once")(9)
mistake("q_output_height", says="Is the padding forgotten?", name="height_no_padding")(7)


# --- conv_param_count ----------------------------------------------------------------------------------------------


@mistake("conv_param_count", says="The biases are not counted although the layer has them.")
def count_without_bias(kh, kw, cin, cout, bias):
    return kh * kw * cin * cout


@mistake("conv_param_count", says="Biases are counted although bias is False.")
def count_always_with_bias(kh, kw, cin, cout, bias):
    return (kh * kw * cin + 1) * cout


@mistake("conv_param_count", says="There is one bias per filter, that is, per output channel.")
def count_bias_per_input_channel(kh, kw, cin, cout, bias):
    return kh * kw * cin * cout + (cin if bias else 0)


@mistake("conv_param_count", says="There is one bias per filter, not one for the whole layer.")
def count_one_bias(kh, kw, cin, cout, bias):
    return kh * kw * cin * cout + (1 if bias else 0)


@mistake("conv_param_count", says="A filter has a layer of weights for every input channel.")
def count_without_input_channels(kh, kw, cin, cout, bias):
    return (kh * kw + (1 if bias else 0)) * cout


@mistake("conv_param_count", says="The number of filters is missing: every output channel has a filter of its own.")
def count_one_filter(kh, kw, cin, cout, bias):
    return kh * kw * cin + (cout if bias else 0)


@mistake("conv_param_count", says="The kernel's height seems to be used in both directions.")
def count_square_kernel(kh, kw, cin, cout, bias):
    return (kh * kh * cin + (1 if bias else 0)) * cout


@mistake("conv_param_count", says="A filter has one bias, not one for each of its input channels.")
def count_bias_per_slice(kh, kw, cin, cout, bias):
    return (kh * kw + (1 if bias else 0)) * cin * cout


mistake("q_parameters", says="These are the weights; every filter has a bias, too.", name="parameters_no_bias")(1300)
mistake("q_parameters", says="Two layers in a row: their counts are added, not multiplied.", name="parameters_times")(
    300_000
)
mistake("q_parameters", says="A filter has weights for every input channel.", name="parameters_no_channels")(364)
mistake("q_parameters", says="A bias belongs to a filter, that is, to an output channel.", name="parameters_bias_in")(
    1307
)


# --- conv_forward_naive --------------------------------------------------------------------------------------------


@mistake("conv_forward_naive", says="Height and width are swapped in the output.")
def forward_swaps_height_and_width(x, w, b, conv_param):
    return _conv(x, w, b, conv_param).transpose(0, 1, 3, 2), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="Row and column have changed places where out is written to.")
def forward_writes_to_column_and_row(x, w, b, conv_param):
    right = _conv(x, w, b, conv_param)
    out = np.zeros(right.shape)
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, j, i] = right[n, f, i, j]
    return out, (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The kernel's height is used where its width belongs.")
def forward_kernel_height_twice(x, w, b, conv_param):
    stride, framed = conv_param["stride"], _pad(x, conv_param["pad"])
    kh = w.shape[2]
    out = np.zeros((len(x), len(w), (framed.shape[2] - kh) // stride + 1, (framed.shape[3] - kh) // stride + 1))
    for (n, f, i, j), rows, columns in _places(out, stride, kh, kh):
        out[n, f, i, j] = (framed[n, :, rows, columns] * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The output size is rounded up: the last windows stick out of the padded image.")
def forward_size_rounded_up(x, w, b, conv_param):
    stride, framed = conv_param["stride"], _pad(x, conv_param["pad"])
    extra = [-(size - kernel) % stride for size, kernel in zip(framed.shape[2:], w.shape[2:], strict=True)]
    framed = np.pad(framed, ((0, 0), (0, 0), (0, extra[0]), (0, extra[1])))
    return _apply(framed, w, b, stride), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The output size is rounded up: the last windows stick out and are cut off.")
def forward_loops_over_too_many_windows(x, w, b, conv_param):
    stride, framed = conv_param["stride"], _pad(x, conv_param["pad"])
    size = [-(-(framed.shape[a] - w.shape[a]) // stride) + 1 for a in (2, 3)]
    out = np.zeros((len(x), len(w), *size))
    for (n, f, i, j), rows, columns in _places(out, stride, *w.shape[2:]):
        out[n, f, i, j] = np.sum(framed[n, :, rows, columns] * w[f]) + b[f]
    return out, (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The kernel is turned by 180 degrees; lay it on the window as it is.")
def forward_kernel_turned(x, w, b, conv_param):
    return _conv(x, w[:, :, ::-1, ::-1], b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The frame repeats the edge of the image; it should consist of zeros.")
def forward_edge_padding(x, w, b, conv_param):
    pad = conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return _apply(framed, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The frame mirrors the image; it should consist of zeros.")
def forward_reflect_padding(x, w, b, conv_param):
    pad = conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="reflect")
    return _apply(framed, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="All the padding is put after the image; half of it belongs before.")
def forward_padding_only_after(x, w, b, conv_param):
    pad = 2 * conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (0, pad), (0, pad)))
    return _apply(framed, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The padding is put after the image only; there is a frame on all four sides.")
def forward_padding_once(x, w, b, conv_param):
    pad = conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (0, pad), (0, pad)))
    if framed.shape[2] < w.shape[2] or framed.shape[3] < w.shape[3]:
        return np.zeros((len(x), len(w), 0, 0)), (x, w, b, conv_param)
    return _apply(framed, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake(
    "conv_forward_naive",
    says="The output gets a frame of zeros; the padding belongs around the input, before the windows.",
)
def forward_pads_the_output(x, w, b, conv_param):
    size = [_size(x.shape[a], w.shape[a], conv_param["stride"], conv_param["pad"]) for a in (2, 3)]
    out = np.zeros((len(x), len(w), *size))
    inner = _apply(x, w, b, conv_param["stride"]) if min(x.shape[2] - w.shape[2], x.shape[3] - w.shape[3]) >= 0 else out
    top, left = (size[0] - inner.shape[2]) // 2, (size[1] - inner.shape[3]) // 2
    out[:, :, top : top + inner.shape[2], left : left + inner.shape[3]] = inner
    return out, (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The padding is not used.")
def forward_ignores_padding(x, w, b, conv_param):
    if x.shape[2] < w.shape[2] or x.shape[3] < w.shape[3]:
        return np.zeros((len(x), len(w), 0, 0)), (x, w, b, conv_param)
    return _apply(x, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="np.pad with a single number pads all four axes, also images and channels.")
def forward_pads_every_axis(x, w, b, conv_param):
    framed = np.pad(x, conv_param["pad"])
    if framed.shape[1] != w.shape[1]:
        raise ValueError(f"operands could not be broadcast together with shapes {framed.shape} {w.shape}")
    return _apply(framed, w, b, conv_param["stride"]), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The bias is missing.")
def forward_without_bias(x, w, b, conv_param):
    return _conv(x, w, 0.0 * b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The bias is added to every product; it belongs to the sum, once.")
def forward_bias_in_the_sum(x, w, b, conv_param):
    return _conv(x, w, b * w[0].size, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="This is the mean of the products; a convolution adds them up.")
def forward_takes_the_mean(x, w, b, conv_param):
    return _conv(x, w / w[0].size, b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The windows start at i and j although the stride is larger than 1.")
def forward_stride_only_in_the_size(x, w, b, conv_param):
    right = _conv(x, w, b, conv_param)
    dense = _apply(_pad(x, conv_param["pad"]), w, b, 1)
    return dense[:, :, : right.shape[2], : right.shape[3]], (x, w, b, conv_param)


@mistake("conv_forward_naive", says="The stride is not used.")
def forward_ignores_stride(x, w, b, conv_param):
    return _apply(_pad(x, conv_param["pad"]), w, b, 1), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="Only the first channel is used; the sum runs over all channels.")
def forward_first_channel_only(x, w, b, conv_param):
    return _conv(x[:, :1], w[:, :1], b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_naive", says="All images give the result of the first one: is the image's index used?")
def forward_first_image_only(x, w, b, conv_param):
    return _conv(np.repeat(x[:1], len(x), axis=0), w, b, conv_param), (x, w, b, conv_param)


@mistake(
    "conv_forward_naive", says="x itself changes: multiply into a new array, not in place, since a window is a view."
)
def forward_multiplies_in_place(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    framed = _pad(x, pad) if pad else x
    kept = x.copy()
    out = np.zeros(_conv(x, w, b, conv_param).shape)
    for (n, f, i, j), rows, columns in _places(out, stride, *w.shape[2:]):
        window = framed[n, :, rows, columns]
        window *= w[f]
        out[n, f, i, j] = window.sum() + b[f]
    return out, (kept, w, b, conv_param)


# --- conv_backward_naive -------------------------------------------------------------------------------------------


@mistake("conv_backward_naive", says="The stride is missing in the windows' positions.")
def backward_ignores_stride(dout, cache):
    x, w, b, conv_param = cache
    return _right_gradients(dout, (x, w, b, {**conv_param, "stride": 1}))


@mistake("conv_backward_naive", says="In dx, windows that overlap replace each other's contributions; they add up.")
def dx_overwritten(dout, cache):
    x, w, _, conv_param = cache
    dx, dw, db = _gradients(dout, cache)
    dx = np.zeros(dx.shape)
    for n, _, i, j in np.ndindex(dout.shape):
        rows = slice(i * conv_param["stride"], i * conv_param["stride"] + w.shape[2])
        columns = slice(j * conv_param["stride"], j * conv_param["stride"] + w.shape[3])
        dx[n, :, rows, columns] = np.tensordot(dout[n, :, i, j], w, axes=1)
    return _crop(dx, x, conv_param["pad"]), dw, db


@mistake("conv_backward_naive", says="dx is assigned, not added to: filters and overlapping windows all contribute.")
def dx_overwritten_by_each_filter(dout, cache):
    x, w, _, conv_param = cache
    dx, dw, db = _gradients(dout, cache)
    dx = np.zeros(dx.shape)
    for (n, f, i, j), rows, columns in _places(dout, conv_param["stride"], *w.shape[2:]):
        dx[n, :, rows, columns] = dout[n, f, i, j] * w[f]
    return _crop(dx, x, conv_param["pad"]), dw, db


@mistake("conv_backward_naive", says="The stride is missing in the positions at which dx is added up.")
def dx_ignores_stride(dout, cache):
    x, w, b, conv_param = cache
    _, dw, db = _right_gradients(dout, cache)
    return _right_gradients(dout, (x, w, b, {**conv_param, "stride": 1}))[0], dw, db


@mistake("conv_backward_naive", says="In dx, the kernel's height is used where its width belongs.")
def dx_kernel_height_twice(dout, cache):
    x, w, _, conv_param = cache
    dx, dw, db = _gradients(dout, cache)
    dx = np.zeros(dx.shape)
    for (n, f, i, j), rows, columns in _places(dout, conv_param["stride"], w.shape[2], w.shape[2]):
        dx[n, :, rows, columns] += dout[n, f, i, j] * w[f]
    return _crop(dx, x, conv_param["pad"]), dw, db


@mistake("conv_backward_naive", says="The stride is missing in the windows from which dw is added up.")
def dw_ignores_stride(dout, cache):
    x, w, b, conv_param = cache
    dx, _, db = _right_gradients(dout, cache)
    return dx, _right_gradients(dout, (x, w, b, {**conv_param, "stride": 1}))[1], db


@mistake(
    "conv_backward_naive", says="In dx, the filters replace each other's contributions: only the last filter's remains."
)
def dx_of_the_last_filter(dout, cache):
    _, dw, db = _right_gradients(dout, cache)
    only_last = dout.copy()
    only_last[:, :-1] = 0.0
    return _right_gradients(only_last, cache)[0], dw, db


@mistake("conv_backward_naive", says="dx still has its frame; nobody asked for the gradient of the padding.")
def dx_not_cropped(dout, cache):
    return _gradients(dout, cache)


@mistake("conv_backward_naive", says="dx is empty when the padding is 0: a slice that ends at -0 ends at the start.")
def dx_cropped_to_minus_pad(dout, cache):
    dx, dw, db = _gradients(dout, cache)
    pad = cache[3]["pad"]
    return dx[:, :, pad:-pad, pad:-pad], dw, db


@mistake("conv_backward_naive", says="The frame is cut off on one side only: dx is shifted by the padding.")
def dx_cropped_at_the_end(dout, cache):
    dx, dw, db = _gradients(dout, cache)
    return dx[:, :, : cache[0].shape[2], : cache[0].shape[3]], dw, db


@mistake("conv_backward_naive", says="dx is made with turned filters; spread each filter as it was laid on the window.")
def dx_with_turned_filters(dout, cache):
    x, w, b, conv_param = cache
    _, dw, db = _right_gradients(dout, cache)
    return _right_gradients(dout, (x, w[:, :, ::-1, ::-1], b, conv_param))[0], dw, db


@mistake("conv_backward_naive", says="dw is turned by 180 degrees.")
def dw_turned(dout, cache):
    dx, dw, db = _right_gradients(dout, cache)
    return dx, dw[:, :, ::-1, ::-1], db


@mistake("conv_backward_naive", says="In dw, each window replaces what the others contributed; contributions add up.")
def dw_overwritten(dout, cache):
    dx, _, db = _right_gradients(dout, cache)
    last = np.zeros(dout.shape)
    last[-1, :, -1, -1] = dout[-1, :, -1, -1]
    return dx, _right_gradients(last, cache)[1], db


@mistake("conv_backward_naive", says="dw misses the other images: the sum runs over the whole batch.")
def dw_of_the_last_image(dout, cache):
    dx, _, db = _right_gradients(dout, cache)
    last = dout.copy()
    last[:-1] = 0.0
    return dx, _right_gradients(last, cache)[1], db


@mistake("conv_backward_naive", says="dw is averaged over the images; the gradient is their sum.")
def dw_averaged(dout, cache):
    dx, dw, db = _right_gradients(dout, cache)
    return dx, dw / len(dout), db


@mistake("conv_backward_naive", says="All gradients are divided by the number of images; they are sums.")
def gradients_averaged_over_the_batch(dout, cache):
    return tuple(gradient / len(dout) for gradient in _right_gradients(dout, cache))


@mistake("conv_backward_naive", says="dw uses the windows of the image without its frame, shifted by the padding.")
def dw_of_the_unpadded_image(dout, cache):
    x, w, b, conv_param = cache
    dx, _, db = _right_gradients(dout, cache)
    shifted = np.zeros(x.shape)
    pad = conv_param["pad"]
    shifted[:, :, : x.shape[2] - pad, : x.shape[3] - pad] = x[:, :, pad:, pad:]
    return dx, _right_gradients(dout, (shifted, w, b, conv_param))[1], db


@mistake("conv_backward_naive", says="For dw all the padding is put after the image; half of it belongs before.")
def dw_padding_only_after(dout, cache):
    x, w, b, conv_param = cache
    dx, _, db = _right_gradients(dout, cache)
    pad = 2 * conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (0, pad), (0, pad)))
    return dx, _right_gradients(dout, (framed, w, b, {**conv_param, "pad": 0}))[1], db


@mistake("conv_backward_naive", says="db is summed over the batch only; a bias goes into every place of its map, too.")
def db_not_summed_over_space(dout, cache):
    dx, dw, _ = _right_gradients(dout, cache)
    return dx, dw, dout.sum(axis=0)


@mistake("conv_backward_naive", says="db is summed over space only; the sum runs over the batch, too.")
def db_not_summed_over_the_batch(dout, cache):
    dx, dw, _ = _right_gradients(dout, cache)
    return dx, dw, dout.sum(axis=(2, 3))


@mistake("conv_backward_naive", says="db is an average; the gradient is a sum.")
def db_averaged(dout, cache):
    dx, dw, _ = _right_gradients(dout, cache)
    return dx, dw, dout.mean(axis=(0, 2, 3))


@mistake("conv_backward_naive", says="db is a column; it has the shape of b, (F,).")
def db_as_a_column(dout, cache):
    dx, dw, db = _right_gradients(dout, cache)
    return dx, dw, db[:, None]


@mistake("conv_backward_naive", says="The upstream gradient dout is not used: these are the gradients for dout = 1.")
def upstream_ignored(dout, cache):
    return _right_gradients(np.ones(dout.shape), cache)


@mistake("conv_backward_naive", says="dout is missing in dx and dw: every window is weighted by its own dout.")
def upstream_used_for_the_bias_only(dout, cache):
    dx, dw, _ = _right_gradients(np.ones(dout.shape), cache)
    return dx, dw, dout.sum(axis=(0, 2, 3))


@mistake(
    "conv_backward_naive",
    says="dout is divided by the number of images, in place; the gradients are sums and dout is not yours.",
)
def dout_scaled_in_place(dout, cache):
    dout /= len(dout) + 1.0
    return _right_gradients(dout, cache)


@mistake("conv_backward_naive", says="The gradients come in another order than dx, dw, db.")
def gradients_in_another_order(dout, cache):
    dx, dw, db = _right_gradients(dout, cache)
    return dw, dx, db


mistake("q_windows_of_a_pixel", says="This is the count for stride 1.", name="windows_stride_1")(9)
mistake(
    "q_windows_of_a_pixel", says="This is the number of window rows; there are columns, too.", name="windows_one_axis"
)(2)
mistake(
    "q_windows_of_a_pixel", says="With stride 2, windows of 3 still overlap by one row.", name="windows_no_overlap"
)(1)
mistake("q_which_bug", says="Overlap does not depend on the padding.", name="bug_overlap")("a")
mistake("q_which_bug", says="A missing stride shows with padding 1, too.", name="bug_stride")("c")
mistake("q_which_bug", says="A wrong size would make the shapes wrong with padding, too.", name="bug_size")("d")


# --- im2col --------------------------------------------------------------------------------------------------------


@mistake("im2col", says="Channel order: the channel changes fastest down a column; it should change slowest, as in w.")
def channel_last_rows(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad).transpose(1, 2, 0, 3, 4, 5))


@mistake("im2col", says="Along a row the image changes fastest; it should change slowest.")
def image_changes_fastest(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad).transpose(0, 1, 2, 4, 5, 3))


@mistake("im2col", says="The windows are rows here; they should be columns.")
def windows_as_rows(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad)).T


@mistake("im2col", says="The windows are walked through column by column; walk along the output's rows.")
def windows_column_by_column(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad).transpose(0, 1, 2, 3, 5, 4))


@mistake("im2col", says="Each window is unrolled column by column; its rows should come one after the other.")
def window_transposed(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad).transpose(0, 2, 1, 3, 4, 5))


@mistake(
    "im2col", says="The numbers are scrambled: reshape does not move axes, it only cuts the same sequence differently."
)
def reshape_without_transpose(x, kh, kw, stride, pad):
    windows = _slide(_pad(x, pad), kh, kw, stride)
    return windows.reshape(x.shape[1] * kh * kw, -1)


@mistake("im2col", says="The frame repeats the edge of the image; it should consist of zeros.")
def cols_edge_padding(x, kh, kw, stride, pad):
    framed = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return _matrix(_six(framed, kh, kw, stride, 0))


@mistake("im2col", says="All the padding is put after the image; half of it belongs before.")
def cols_padding_only_after(x, kh, kw, stride, pad):
    return _matrix(_six(np.pad(x, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad))), kh, kw, stride, 0))


@mistake("im2col", says="The windows stand side by side at distance 1: the stride counts in the size only.")
def cols_stride_only_in_the_size(x, kh, kw, stride, pad):
    right = _six(x, kh, kw, stride, pad)
    return _matrix(_six(x, kh, kw, 1, pad)[..., : right.shape[4], : right.shape[5]])


@mistake("im2col", says="Each window is turned by 180 degrees; unroll it as it stands.")
def window_turned(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, pad)[:, ::-1, ::-1])


@mistake("im2col", says="Images and channels are scrambled: reshape cannot make them change places, transpose can.")
def images_reshaped_without_transpose(x, kh, kw, stride, pad):
    n, c = x.shape[:2]
    return _matrix(_six(x.reshape(c, n, *x.shape[2:]).transpose(1, 0, 2, 3), kh, kw, stride, pad))


@mistake("im2col", says="The padding is not used.")
def cols_ignore_padding(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, stride, 0))


@mistake("im2col", says="The stride is not used.")
def cols_ignore_stride(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kw, 1, pad))


@mistake("im2col", says="The kernel's height is used where its width belongs.")
def cols_kernel_height_twice(x, kh, kw, stride, pad):
    return _matrix(_six(x, kh, kh, stride, pad))


# --- col2im --------------------------------------------------------------------------------------------------------


@mistake(
    "col2im",
    says="Entries of the same pixel replace each other; they should be added (x[index] += ... adds only once, too).",
)
def col2im_without_add(cols, x_shape, kh, kw, stride, pad):
    return _inner(_scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, stride, pad, add=False), x_shape, pad)


@mistake("col2im", says="The result still has its frame.")
def col2im_not_cropped(cols, x_shape, kh, kw, stride, pad):
    return _scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, stride, pad)


@mistake("col2im", says="The result is empty when the padding is 0: a slice that ends at -0 ends at the start.")
def col2im_cropped_to_minus_pad(cols, x_shape, kh, kw, stride, pad):
    return _scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, stride, pad)[:, :, pad:-pad, pad:-pad]


@mistake("col2im", says="The frame is cut off on one side only: the result is shifted by the padding.")
def col2im_cropped_at_the_end(cols, x_shape, kh, kw, stride, pad):
    return _scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, stride, pad)[:, :, : x_shape[2], : x_shape[3]]


@mistake("col2im", says="The entries are averaged: this inverts im2col, but a gradient is a sum.")
def col2im_averages(cols, x_shape, kh, kw, stride, pad):
    blocks = _blocks(cols, x_shape, kh, kw, stride, pad)
    counts = _scatter(np.ones(blocks.shape), x_shape, stride, pad)
    return _inner(_scatter(blocks, x_shape, stride, pad) / np.maximum(counts, 1), x_shape, pad)


@mistake("col2im", says="Channel order: the rows are read as window position before channel.")
def col2im_channel_last(cols, x_shape, kh, kw, stride, pad):
    right = _blocks(cols, x_shape, kh, kw, stride, pad).shape
    blocks = cols.reshape(kh, kw, right[0], *right[3:]).transpose(2, 0, 1, 3, 4, 5)
    return _inner(_scatter(blocks, x_shape, stride, pad), x_shape, pad)


@mistake("col2im", says="The columns are read with the image changing fastest; it changes slowest.")
def col2im_image_fastest(cols, x_shape, kh, kw, stride, pad):
    right = _blocks(cols, x_shape, kh, kw, stride, pad).shape
    blocks = cols.reshape(*right[:3], *right[4:], right[3]).transpose(0, 1, 2, 5, 3, 4)
    return _inner(_scatter(blocks, x_shape, stride, pad), x_shape, pad)


@mistake("col2im", says="The windows are spread side by side at distance 1: the stride is missing in their positions.")
def col2im_ignores_stride(cols, x_shape, kh, kw, stride, pad):
    return _inner(_scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, 1, pad), x_shape, pad)


@mistake(
    "col2im", says="Pixels that no window sees are not 0: np.empty leaves what was in memory, np.ones starts with 1."
)
def col2im_starts_from_ones(cols, x_shape, kh, kw, stride, pad):
    framed = _scatter(_blocks(cols, x_shape, kh, kw, stride, pad), x_shape, stride, pad)
    seen = _scatter(np.ones_like(_blocks(cols, x_shape, kh, kw, stride, pad)), x_shape, stride, pad)
    return _inner(np.where(seen > 0, framed, 1.0), x_shape, pad)


# --- conv_forward_fast ---------------------------------------------------------------------------------------------


@mistake("conv_forward_fast", says="There is still a Python loop over all windows and filters.")
def fast_still_loops(x, w, b, conv_param):
    framed = _pad(x, conv_param["pad"])
    out = np.zeros(_conv(x, w, b, conv_param).shape)
    for (n, f, i, j), rows, columns in _places(out, conv_param["stride"], *w.shape[2:]):
        out[n, f, i, j] = (framed[n, :, rows, columns] * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)


@mistake(
    "conv_forward_fast", says="The filters come first in the product: reshape alone cannot swap them with the images."
)
def fast_reshape_without_transpose(x, w, b, conv_param):
    out = _conv(x, w, b, conv_param)
    return out.transpose(1, 0, 2, 3).reshape(out.shape), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="Height and width have changed places when the product is reshaped.")
def fast_swaps_height_and_width(x, w, b, conv_param):
    out = _conv(x, w, b, conv_param)
    n, f, height, width = out.shape
    return out.reshape(n, f, width, height), (x, w, b, conv_param)


@mistake(
    "conv_forward_fast",
    says="The product's columns are read with the image changing fastest; in our cols it changes slowest.",
)
def fast_image_fastest(x, w, b, conv_param):
    out = _conv(x, w, b, conv_param)
    n, f, height, width = out.shape
    columns = out.transpose(1, 0, 2, 3)
    return columns.reshape(f, height, width, n).transpose(3, 0, 1, 2), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="The bias is missing.")
def fast_without_bias(x, w, b, conv_param):
    return _conv(x, w, 0.0 * b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="Channel order: the filters are unrolled in another order than the windows.")
def fast_channel_order(x, w, b, conv_param):
    mixed = w.transpose(0, 2, 3, 1).reshape(w.shape)
    return _conv(x, mixed, b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="The kernel is turned: a library's convolve turns it, its correlate does not.")
def fast_kernel_turned(x, w, b, conv_param):
    return _conv(x, w[:, :, ::-1, ::-1], b, conv_param), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="The stride is not used.")
def fast_ignores_stride(x, w, b, conv_param):
    return _conv(x, w, b, {**conv_param, "stride": 1}), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="The padding is not used.")
def fast_ignores_padding(x, w, b, conv_param):
    return _conv(x, w, b, {**conv_param, "pad": 0}), (x, w, b, conv_param)


@mistake("conv_forward_fast", says="The cache is not one that conv_backward_naive accepts.")
def fast_another_cache(x, w, b, conv_param):
    return _conv(x, w, b, conv_param), (_matrix(_six(x, *w.shape[2:], **conv_param)), w, b, conv_param)


@mistake(
    "conv_forward_fast",
    says="The cache holds the padded image, so dx comes out with another shape or in another place.",
)
def fast_caches_the_padded_image(x, w, b, conv_param):
    return _conv(x, w, b, conv_param), (_pad(x, conv_param["pad"]), w, b, conv_param)


@mistake(
    "conv_forward_fast",
    says="The weights change: reshape gives a view, and working on it in place reaches the original.",
)
def fast_changes_the_weights(x, w, b, conv_param):
    out = _conv(x, w, b, conv_param)
    w *= 0.5
    return out, (x, w, b, conv_param)


# --- pooling -------------------------------------------------------------------------------------------------------


@mistake("max_pool_forward_naive", says="The maximum starts from 0, so a window of negative numbers gives 0.")
def max_starts_from_zero(x, pool_param):
    return np.maximum(_pool_windows(x, pool_param).max(axis=(4, 5)), 0.0), (x, pool_param)


@mistake(
    "max_pool_forward_naive", says="The map is padded with zeros to fill the last windows; pooling here does not pad."
)
def max_padded_with_zeros(x, pool_param):
    ph, pw, stride = _pool(pool_param)
    framed = np.pad(x, ((0, 0), (0, 0), (0, -(x.shape[2] - ph) % stride), (0, -(x.shape[3] - pw) % stride)))
    return _pool_windows(framed, pool_param).max(axis=(4, 5)), (x, pool_param)


@mistake("max_pool_forward_naive", says="The size is rounded up; a window that would stick out does not count.")
def max_size_rounded_up(x, pool_param):
    return _partial_windows(x, pool_param, np.max), (x, pool_param)


@mistake("max_pool_forward_naive", says="Windows are put side by side; their distance is the stride.")
def max_stride_is_the_window(x, pool_param):
    ph, pw, _ = _pool(pool_param)
    windows = np.lib.stride_tricks.sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::ph, ::pw]
    return windows.max(axis=(4, 5)), (x, pool_param)


@mistake("max_pool_forward_naive", says="The size is the input's divided by the window's; it depends on the stride.")
def max_size_without_stride(x, pool_param):
    ph, pw, stride = _pool(pool_param)
    out = np.zeros((*x.shape[:2], x.shape[2] // ph, x.shape[3] // pw))
    for (n, c, i, j), rows, columns in _places(out, stride, ph, pw):
        window = x[n, c, rows, columns]
        out[n, c, i, j] = window.max() if window.size else 0.0
    return out, (x, pool_param)


@mistake("max_pool_forward_naive", says="The windows stand at distance 1: the stride counts in the size only.")
def max_stride_only_in_the_size(x, pool_param):
    ph, pw, _ = _pool(pool_param)
    height, width = _pool_windows(x, pool_param).shape[2:4]
    return _slide(x, ph, pw, 1)[:, :, :height, :width].max(axis=(4, 5)), (x, pool_param)


@mistake("max_pool_forward_naive", says="The windows are as wide as they are high; use the window's width as well.")
def max_window_height_twice(x, pool_param):
    ph, _, stride = _pool(pool_param)
    height, width = _pool_windows(x, pool_param).shape[2:4]
    out = np.zeros((*x.shape[:2], height, width))
    for (n, c, i, j), rows, columns in _places(out, stride, ph, ph):
        out[n, c, i, j] = x[n, c, rows, columns].max()
    return out, (x, pool_param)


@mistake("max_pool_forward_naive", says="The window's height is used where its width belongs.")
def max_square_window(x, pool_param):
    return _partial_windows(x, {**pool_param, "pool_width": pool_param["pool_height"]}, np.max), (x, pool_param)


@mistake("max_pool_forward_naive", says="Height and width are swapped in the output.")
def max_swaps_height_and_width(x, pool_param):
    return _pool_windows(x, pool_param).max(axis=(4, 5)).transpose(0, 1, 3, 2), (x, pool_param)


@mistake("max_pool_forward_naive", says="The maximum runs over channels, too; each channel is pooled on its own.")
def max_over_channels(x, pool_param):
    out = _pool_windows(x, pool_param).max(axis=(4, 5))
    return np.broadcast_to(out.max(axis=1, keepdims=True), out.shape).copy(), (x, pool_param)


@mistake("max_pool_forward_naive", says="The largest absolute value is taken; the largest number is wanted.")
def max_of_absolute_values(x, pool_param):
    return np.abs(_pool_windows(x, pool_param)).max(axis=(4, 5)), (x, pool_param)


@mistake("max_pool_forward_naive", says="This is the mean of each window, not its maximum.")
def max_is_a_mean(x, pool_param):
    return _pool_windows(x, pool_param).mean(axis=(4, 5)), (x, pool_param)


def _winner(window):
    return np.unravel_index(int(np.argmax(window)), window.shape)


@mistake(
    "max_pool_backward_naive",
    says="Among equal largest entries each gets the full gradient: the window sends back too much.",
)
def ties_to_all(dout, cache):
    def send(dx, window, rows, columns, gradient):
        dx[rows, columns] += (window == window.max()) * gradient

    return _route(dout, cache, send)


@mistake("max_pool_backward_naive", says="A pixel that wins several windows keeps only the last gradient; they add up.")
def winner_overwritten(dout, cache):
    def send(dx, window, rows, columns, gradient):
        u, v = _winner(window)
        dx[rows.start + u, columns.start + v] = gradient

    return _route(dout, cache, send)


@mistake(
    "max_pool_backward_naive",
    says="A whole window is written each time, zeros included, and wipes out what other windows sent.",
)
def window_overwritten(dout, cache):
    def send(dx, window, rows, columns, gradient):
        dx[rows, columns] = (window == window.max()) * gradient

    return _route(dout, cache, send)


@mistake(
    "max_pool_backward_naive",
    says="The gradient is shared among all entries of the window; only the largest one gets it.",
)
def max_gradient_shared(dout, cache):
    def send(dx, window, rows, columns, gradient):
        dx[rows, columns] += gradient / window.size

    return _route(dout, cache, send)


@mistake("max_pool_backward_naive", says="Every entry of the window gets the gradient; only the largest one should.")
def max_gradient_to_everyone(dout, cache):
    def send(dx, window, rows, columns, gradient):
        dx[rows, columns] += gradient

    return _route(dout, cache, send)


@mistake("max_pool_backward_naive", says="The position in the window is computed with its height; divide by the width.")
def winner_by_the_wrong_width(dout, cache):
    def send(dx, window, rows, columns, gradient):
        u, v = divmod(int(np.argmax(window)), window.shape[0])
        dx[min(rows.start + u, dx.shape[0] - 1), min(columns.start + v, dx.shape[1] - 1)] += gradient

    return _route(dout, cache, send)


@mistake("max_pool_backward_naive", says="The upstream gradient dout is not used: each winner gets 1.")
def max_upstream_ignored(dout, cache):
    def send(dx, window, rows, columns, gradient):
        dx[rows, columns] += window == window.max()

    return _route(dout, cache, send)


@mistake("max_pool_backward_naive", says="The stride is missing in the windows' positions.")
def max_backward_ignores_stride(dout, cache):
    def send(dx, window, rows, columns, gradient):
        u, v = _winner(window)
        dx[rows.start + u, columns.start + v] += gradient

    x, pool_param = cache
    return _route(dout, (x, {**pool_param, "stride": 1}), send)


@mistake("max_pool_backward_naive", says="The winner is found with the stride, but its gradient is sent without it.")
def winner_sent_without_stride(dout, cache):
    x, pool_param = cache
    ph, pw, stride = _pool(pool_param)
    dx = np.zeros(x.shape)
    for (n, c, i, j), rows, columns in _places(dout, stride, ph, pw):
        u, v = _winner(x[n, c, rows, columns])
        dx[n, c, i + u, j + v] += dout[n, c, i, j]
    return dx


@mistake(
    "max_pool_backward_naive",
    says="The winner's value is multiplied in; the derivative of a maximum is 1 for the winner.",
)
def winner_times_its_value(dout, cache):
    def send(dx, window, rows, columns, gradient):
        u, v = _winner(window)
        dx[rows.start + u, columns.start + v] += gradient * window[u, v]

    return _route(dout, cache, send)


@mistake("avg_pool_forward", says="This is the sum of each window, not its mean.")
def mean_is_a_sum(x, pool_param):
    return _pool_windows(x, pool_param).sum(axis=(4, 5)), (x.shape, pool_param)


@mistake("avg_pool_forward", says="The sum is divided by the height squared; the window may not be square.")
def mean_by_height_squared(x, pool_param):
    return _pool_windows(x, pool_param).sum(axis=(4, 5)) / pool_param["pool_height"] ** 2, (x.shape, pool_param)


@mistake("avg_pool_forward", says="The size is rounded up; a window that would stick out does not count.")
def mean_size_rounded_up(x, pool_param):
    return _partial_windows(x, pool_param, np.mean), (x.shape, pool_param)


@mistake("avg_pool_forward", says="Windows are put side by side; their distance is the stride.")
def mean_stride_is_the_window(x, pool_param):
    ph, pw, _ = _pool(pool_param)
    windows = np.lib.stride_tricks.sliding_window_view(x, (ph, pw), axis=(2, 3))[:, :, ::ph, ::pw]
    return windows.mean(axis=(4, 5)), (x.shape, pool_param)


@mistake("avg_pool_forward", says="The windows stand at distance 1: the stride counts in the size only.")
def mean_stride_only_in_the_size(x, pool_param):
    ph, pw, _ = _pool(pool_param)
    height, width = _pool_windows(x, pool_param).shape[2:4]
    return _slide(x, ph, pw, 1)[:, :, :height, :width].mean(axis=(4, 5)), (x.shape, pool_param)


@mistake("avg_pool_forward", says="The means are cut off to whole numbers: the output array holds ints.")
def mean_in_whole_numbers(x, pool_param):
    return _pool_windows(x, pool_param).mean(axis=(4, 5)).astype(int), (x.shape, pool_param)


@mistake("avg_pool_forward", says="This is the maximum of each window, not its mean.")
def mean_is_a_maximum(x, pool_param):
    return _pool_windows(x, pool_param).max(axis=(4, 5)), (x.shape, pool_param)


@mistake("avg_pool_forward", says="The mean runs over channels, too; each channel is pooled on its own.")
def mean_over_channels(x, pool_param):
    out = _pool_windows(x, pool_param).mean(axis=(4, 5))
    return np.broadcast_to(out.mean(axis=1, keepdims=True), out.shape).copy(), (x.shape, pool_param)


def _spread(dout, cache, share, *, add=True, stride=None):
    x_shape, pool_param = cache
    ph, pw, usual = _pool(pool_param)
    dx = np.zeros(x_shape)
    for (n, c, i, j), rows, columns in _places(dout, stride or usual, ph, pw):
        dx[n, c, rows, columns] = dout[n, c, i, j] * share + (dx[n, c, rows, columns] if add else 0.0)
    return dx


def _share(cache):
    return 1 / (cache[1]["pool_height"] * cache[1]["pool_width"])


@mistake("avg_pool_backward", says="Every entry gets the full gradient; with what factor did it go into the mean?")
def average_gradient_not_divided(dout, cache):
    return _spread(dout, cache, 1.0)


@mistake("avg_pool_backward", says="Contributions of overlapping windows replace each other; they add up.")
def average_gradient_overwritten(dout, cache):
    return _spread(dout, cache, _share(cache), add=False)


@mistake("avg_pool_backward", says="The gradient is divided by the height squared; the window may not be square.")
def average_gradient_by_height_squared(dout, cache):
    return _spread(dout, cache, 1 / cache[1]["pool_height"] ** 2)


@mistake("avg_pool_backward", says="The gradient is divided by the window's height only; the window has a width, too.")
def average_gradient_by_the_height(dout, cache):
    return _spread(dout, cache, 1 / cache[1]["pool_height"])


@mistake("avg_pool_backward", says="The gradient is divided by the square of the stride; divide by the window's size.")
def average_gradient_by_the_stride(dout, cache):
    return _spread(dout, cache, 1 / cache[1]["stride"] ** 2)


@mistake("avg_pool_backward", says="The gradient is divided by the number of outputs; divide by the window's size.")
def average_gradient_by_the_outputs(dout, cache):
    return _spread(dout, cache, 1 / (dout.shape[2] * dout.shape[3]))


@mistake("avg_pool_backward", says="The stride is missing in the windows' positions.")
def average_backward_ignores_stride(dout, cache):
    return _spread(dout, cache, _share(cache), stride=1)


@mistake("avg_pool_backward", says="The upstream gradient dout is not used.")
def average_upstream_ignored(dout, cache):
    return _spread(np.ones(dout.shape), cache, _share(cache))


# --- spatial batch normalisation -----------------------------------------------------------------------------------


@mistake(
    "spatial_batchnorm_forward",
    says="Every place has its own statistics; a channel has one mean and one variance over batch and space.",
)
def statistics_over_the_batch_only(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, axes=0)


@mistake(
    "spatial_batchnorm_forward",
    says="Every image has its own statistics (instance normalisation); they run over the batch, too.",
)
def statistics_per_image(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, axes=(2, 3))


@mistake(
    "spatial_batchnorm_forward",
    says="The statistics run over channels (layer normalisation); each channel has its own.",
)
def statistics_over_channels(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, axes=(1, 2, 3))


@mistake(
    "spatial_batchnorm_forward",
    says="x is reshaped to (-1, C) as it lies in memory; move the channel axis to the end first.",
)
def channels_reshaped_without_transpose(x, gamma, beta, bn_param):
    rows = x.reshape(-1, x.shape[1])[:, :, None, None]
    out, cache = _batchnorm(rows, gamma, beta, bn_param)
    return out.reshape(x.shape), (cache[0].reshape(x.shape), *cache[1:])


@mistake("spatial_batchnorm_forward", says="The momentum is swapped: here it weighs the old running value.")
def momentum_swapped(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, update=lambda old, new, momentum: (1 - momentum) * old + momentum * new)


@mistake("spatial_batchnorm_forward", says="The running statistics are those of the last batch only.")
def last_batch_only(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, update=lambda old, new, momentum: new)


@mistake("spatial_batchnorm_forward", says="The variance is divided by M - 1; here it is the biased one, divided by M.")
def unbiased_variance(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, ddof=1)


@mistake("spatial_batchnorm_forward", says="The running variance is the unbiased one; here the biased one is kept.")
def unbiased_running_variance(x, gamma, beta, bn_param):
    result = _batchnorm(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        count = x.size // x.shape[1]
        bn_param["running_var"] = bn_param["running_var"] + (1 - bn_param.get("momentum", 0.9)) * x.var(
            axis=(0, 2, 3)
        ) / (count - 1)
    return result


@mistake("spatial_batchnorm_forward", says="The running variance averages standard deviations.")
def running_standard_deviation(x, gamma, beta, bn_param):
    _, momentum, _, running_var = _statistics(bn_param, x.shape[1])
    result = _batchnorm(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * x.std(axis=(0, 2, 3))
    return result


@mistake("spatial_batchnorm_forward", says="The running variance starts at ones, as in PyTorch; here at zeros.")
def running_variance_starts_at_one(x, gamma, beta, bn_param):
    bn_param.setdefault("running_var", np.ones(x.shape[1]))
    return _batchnorm(x, gamma, beta, bn_param)


@mistake(
    "spatial_batchnorm_forward",
    says="The statistics come from x.reshape(-1, C), which mixes channels: move the channel axis to the end first.",
)
def statistics_reshaped_without_transpose(x, gamma, beta, bn_param):
    rows = x.reshape(-1, x.shape[1])
    eps, momentum, running_mean, running_var = _statistics(bn_param, x.shape[1])
    if bn_param["mode"] != "train":
        return _batchnorm(x, gamma, beta, bn_param)
    mean, var = rows.mean(axis=0), rows.var(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    x_hat = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return gamma[:, None, None] * x_hat + beta[:, None, None], (x_hat, gamma, 1 / np.sqrt(var + eps))


@mistake("spatial_batchnorm_forward", says="In test mode the batch's own statistics are used.")
def batch_statistics_at_test(x, gamma, beta, bn_param):
    if bn_param["mode"] == "test":
        return _batchnorm(x, gamma, beta, {**bn_param, "mode": "train"})
    return _batchnorm(x, gamma, beta, bn_param)


@mistake("spatial_batchnorm_forward", says="The running statistics change in test mode.")
def statistics_updated_at_test(x, gamma, beta, bn_param):
    result = _batchnorm(x, gamma, beta, bn_param)
    if bn_param["mode"] == "test":
        momentum = bn_param.get("momentum", 0.9)
        for key, new in (("running_mean", x.mean(axis=(0, 2, 3))), ("running_var", x.var(axis=(0, 2, 3)))):
            bn_param[key] = momentum * bn_param[key] + (1 - momentum) * new
    return result


@mistake("spatial_batchnorm_forward", says="The running statistics are not stored in the dict that was passed.")
def statistics_not_stored(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, dict(bn_param))


@mistake("spatial_batchnorm_forward", says="eps is missing: a constant channel divides by zero.")
def without_eps(x, gamma, beta, bn_param):
    with np.errstate(all="ignore"):
        return _batchnorm(x, gamma, beta, bn_param, root=lambda var, eps: np.sqrt(var))


@mistake("spatial_batchnorm_forward", says="eps is added to the root; it belongs to the variance, under the root.")
def eps_outside_the_root(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, root=lambda var, eps: np.sqrt(var) + eps)


@mistake("spatial_batchnorm_forward", says="The value is divided by the variance; divide by its root.")
def divided_by_the_variance(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, root=lambda var, eps: var + eps)


@mistake("spatial_batchnorm_forward", says="The eps of bn_param is not used.")
def eps_hard_coded(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, root=lambda var, eps: np.sqrt(var + 1e-5))


@mistake("spatial_batchnorm_forward", says="The momentum of bn_param is not used.")
def momentum_hard_coded(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, update=lambda old, new, momentum: 0.9 * old + 0.1 * new)


@mistake("spatial_batchnorm_forward", says="A mode that does not exist is accepted.")
def any_mode_accepted(x, gamma, beta, bn_param):
    return _batchnorm(x, gamma, beta, bn_param, modes=("train", "test", bn_param["mode"]))


@mistake("spatial_batchnorm_forward", says="gamma and beta are not used.")
def without_scale_and_shift(x, gamma, beta, bn_param):
    out, (x_hat, _, inverse_std) = _batchnorm(x, np.ones(len(gamma)), np.zeros(len(beta)), bn_param)
    return out, (x_hat, gamma, inverse_std)


@mistake(
    "spatial_batchnorm_forward",
    says="x itself changes: x -= mean works in place, and a mean that is taken afterwards is 0.",
)
def centres_in_place(x, gamma, beta, bn_param):
    _, momentum, running_mean, _ = _statistics(bn_param, x.shape[1])
    result = _batchnorm(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        x -= x.mean(axis=(0, 2, 3), keepdims=True)
        bn_param["running_mean"] = momentum * running_mean
    return result


def _normalised(dout, cache):
    x_hat, gamma, inverse_std = cache
    scale = (gamma * inverse_std)[:, None, None]
    mean = dout.mean(axis=(0, 2, 3), keepdims=True)
    along = (dout * x_hat).mean(axis=(0, 2, 3), keepdims=True)
    return scale, mean, x_hat * along, (dout * x_hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


@mistake("spatial_batchnorm_backward", says="x also goes into the mean and the variance; these two paths are missing.")
def only_the_direct_path(dout, cache):
    scale, _, _, dgamma, dbeta = _normalised(dout, cache)
    return scale * dout, dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="The path through the mean is missing.")
def without_the_mean_path(dout, cache):
    scale, _, through_variance, dgamma, dbeta = _normalised(dout, cache)
    return scale * (dout - through_variance), dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="The path through the variance is missing.")
def without_the_variance_path(dout, cache):
    scale, mean, _, dgamma, dbeta = _normalised(dout, cache)
    return scale * (dout - mean), dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="gamma is missing in dx.")
def dx_without_gamma(dout, cache):
    _, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    return cache[2][:, None, None] * (dout - mean - through_variance), dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="In dx the sums are divided by N; they run over N*H*W numbers.")
def dx_divided_by_n_only(dout, cache):
    scale, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    places = dout.shape[2] * dout.shape[3]
    return scale * (dout - places * (mean + through_variance)), dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="In dx the sums are divided by H*W; they run over N*H*W numbers.")
def dx_divided_by_space_only(dout, cache):
    scale, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    return scale * (dout - len(dout) * (mean + through_variance)), dgamma, dbeta


@mistake("spatial_batchnorm_backward", says="dgamma uses x minus its mean; gamma multiplied the normalised x.")
def dgamma_of_the_centred_input(dout, cache):
    scale, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    return scale * (dout - mean - through_variance), dgamma / cache[2], dbeta


@mistake("spatial_batchnorm_backward", says="dgamma and dbeta are averages; gradients are sums.")
def scale_gradients_averaged(dout, cache):
    scale, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    count = dout.size // dout.shape[1]
    return scale * (dout - mean - through_variance), dgamma / count, dbeta / count


@mistake(
    "spatial_batchnorm_backward",
    says="dgamma and dbeta are summed over the batch only; they belong to a whole channel.",
)
def scale_gradients_over_the_batch_only(dout, cache):
    scale, mean, through_variance, _, _ = _normalised(dout, cache)
    return scale * (dout - mean - through_variance), (dout * cache[0]).sum(axis=0), dout.sum(axis=0)


@mistake("spatial_batchnorm_backward", says="dgamma and dbeta are swapped.")
def scale_gradients_swapped(dout, cache):
    scale, mean, through_variance, dgamma, dbeta = _normalised(dout, cache)
    return scale * (dout - mean - through_variance), dbeta, dgamma
