"""Checks of the convolution assignment.

Inputs are odd, non-square and small; upstream gradients are random. Oracles besides the reference: the Fourier
transform for the forward pass, finite differences, an explicit table of source pixels for im2col and col2im, sliding
windows for pooling, complex steps for batch normalization.
"""

import time

import numpy as np

from autograder import (
    Failure,
    Raised,
    check,
    close,
    equal,
    expect,
    numerical_gradient,
    parts,
    question,
    raises,
    unmodified,
)


def picture_arrays(rng, x_shape, w_shape):
    """Random images x, filters w and biases b for a convolution."""
    return rng.standard_normal(x_shape), rng.standard_normal(w_shape), rng.standard_normal(w_shape[0])


def distinct_values(rng, shape):
    """Random numbers of both signs, no two of them closer than 0.1: (shape) float array. For maxima without ties."""
    size = int(np.prod(shape))
    return 0.1 * (rng.permutation(size).reshape(shape) - size // 2) + 0.03


def close_to_own(got, right, scale, *, rtol, name, hint):
    """Require the right gradient, or that of the student's own forward pass, which is the right one times `scale`."""
    own = scale * right
    if np.shape(got) != own.shape or not np.allclose(got, own, rtol=1e-4, atol=1e-4 * np.abs(own).max()):
        close(got, right, rtol=rtol, name=name, hint=hint)


def own_scale(out, right, shift=0.0, axis=None):
    """What the student's own forward pass is the right one times: an array that broadcasts with `right`.

    out, right: (N, C, H, W) arrays. shift: what is added after scaling. axis: within which the scale is one number.
    All nan if `out` is right, or wrong in another way. A scale has cost its points where the forward pass is judged;
    the gradients of that pass are scaled by it, too.
    """
    none = np.full_like(right.sum(axis=axis, keepdims=True), np.nan)
    if np.shape(out) != right.shape:
        return none
    out, right = out - shift, right - shift
    scale = (out * right).sum(axis=axis, keepdims=True) / (right**2).sum(axis=axis, keepdims=True)
    consistent = scale.min() > 1e-3 and np.allclose(out, scale * right)
    return scale if consistent and not np.allclose(scale, 1.0, rtol=1e-9, atol=0) else none


# Oracles, used by hidden checks only.


def correlate_by_fourier(x, w, b, stride, pad):
    """Convolution layer by the correlation theorem. x: (N, C, H, W), w: (F, C, kh, kw), b: (F,) -> (N, F, H', W')."""
    size = (x.shape[2] + 2 * pad, x.shape[3] + 2 * pad)
    framed = np.zeros((*x.shape[:2], *size))
    framed[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]] = x
    spectrum = np.einsum("nchw,fchw->nfhw", np.fft.fft2(framed), np.conj(np.fft.fft2(w, size)))
    everywhere = np.fft.ifft2(spectrum).real  # circular: only places whose window does not wrap around are kept
    kept = everywhere[:, :, : size[0] - w.shape[2] + 1 : stride, : size[1] - w.shape[3] + 1 : stride]
    return kept + b[:, None, None]


def input_gradient(layer, x_shape, dout):
    """The gradient of (layer(x) * dout).sum() in x, for a layer that is linear in each image: (N, C, H, W).

    The finite difference of a linear function is exact for any step: what the layer makes of one pixel alone.
    """
    size = np.prod(x_shape[1:])
    responses = layer(np.eye(size).reshape(size, *x_shape[1:]))
    return np.einsum("kfhw,nfhw->nk", responses, dout).reshape(x_shape)


def weight_gradient(x, w_shape, dout, stride, pad):
    """The gradient of (out * dout).sum() in w, by what the layer makes of each weight alone: (F, C, kh, kw)."""
    size = np.prod(w_shape[1:])
    responses = correlate_by_fourier(x, np.eye(size).reshape(size, *w_shape[1:]), np.zeros(size), stride, pad)
    return np.einsum("nkhw,nfhw->fk", responses, dout).reshape(w_shape)


def source_pixels(x_shape, kh, kw, stride, pad):
    """For every entry of cols the flat index of its pixel in x, or -1 for padding: (C*kh*kw, N*H'*W') int array."""
    n_images, channels, height, width = x_shape
    tops = range(0, height + 2 * pad - kh + 1, stride)
    lefts = range(0, width + 2 * pad - kw + 1, stride)
    table = []
    for c in range(channels):
        for u in range(kh):
            for v in range(kw):
                for n in range(n_images):
                    for top in tops:
                        for left in lefts:
                            row, column = top + u - pad, left + v - pad
                            inside = 0 <= row < height and 0 <= column < width
                            table.append(((n * channels + c) * height + row) * width + column if inside else -1)
    return np.array(table).reshape(channels * kh * kw, -1)


def pooling(height, width, stride):
    """A pool_param."""
    return {"pool_height": height, "pool_width": width, "stride": stride}


def pooling_windows(x, pool_param):
    """All pooling windows of x: (N, C, H', W', ph, pw) view."""
    stride = pool_param["stride"]
    window = (pool_param["pool_height"], pool_param["pool_width"])
    return np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))[:, :, ::stride, ::stride]


def normalise_by_channel(x, gamma, beta, eps):
    """Batch normalization in training mode by flattening each channel; accepts complex x."""
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    centered = rows - rows.sum(axis=1, keepdims=True) / rows.shape[1]
    variance = (centered * centered).sum(axis=1, keepdims=True) / rows.shape[1]
    normalized = gamma[:, None] * centered / np.sqrt(variance + eps) + beta[:, None]
    return np.moveaxis(normalized.reshape(x.shape[1], x.shape[0], *x.shape[2:]), 0, 1)


# --- conv_output_shape ---------------------------------------------------------------------------------------------


@check("conv_output_shape", points=1.5, public=True)
def known_output_sizes(student, rng):
    """The sizes of some known layers and of others like them, height first."""
    height, width = (int(size) for size in rng.permutation(np.arange(9, 24))[:2])
    sizes = {
        (32, 32, 5, 5, 1, 2): (32, 32),
        (7, 10, 3, 3, 1, 0): (5, 8),
        (12, 7, 2, 4, 2, 0): (6, 2),
        (227, 227, 11, 11, 4, 0): (55, 55),
        (height, width, 3, 3, 1, 0): (height - 2, width - 2),
        (2 * height, 2 * width, 2, 2, 2, 0): (height, width),
    }
    hint = "Height first; is the kernel's width used for the width?"
    for (args, expected), result in zip(sizes.items(), student.conv_output_shape.calls(sizes), strict=True):
        equal(tuple(parts(result, "out_h", "out_w")), expected, name=f"conv_output_shape{args}", hint=hint)


@check("conv_output_shape", points=0.5, public=True, side_condition=True)
def sizes_are_ints(student, rng):
    """conv_output_shape returns ints, which can be used as array sizes."""
    height, width = (int(size) for size in rng.integers(9, 24, 2))
    result = parts(student.conv_output_shape(2 * height, 2 * width, 2, 2, 2, 0), "out_h", "out_w")
    whole = all(np.asarray(value).dtype.kind in "iu" for value in result)
    expect(whole, "conv_output_shape should return ints, not floats: they will be used as array sizes")


@check("conv_output_shape", points=2)
def counts_the_windows_that_fit(student, rng):
    """For random layers, the size is the number of windows that fit."""
    sizes = {}
    for _ in range(12):
        lows, highs = (6, 6, 1, 1, 2, 0), (20, 20, 6, 6, 5, 4)
        h, w, kh, kw, stride, pad = (int(size) for size in rng.integers(lows, highs))
        fitting = (len(range(0, h + 2 * pad - kh + 1, stride)), len(range(0, w + 2 * pad - kw + 1, stride)))
        sizes[h, w, kh, kw, stride, pad] = fitting
    # One layer in which rounding, the padding's factor 2, the last + 1 and the two directions all matter.
    sizes[20, 31, 7, 5, 2, 4] = (11, 18)
    for result, expected in zip(student.conv_output_shape.calls(sizes), sizes.values(), strict=True):
        got = parts(result, "out_h", "out_w")
        equal(tuple(got), expected, name="the output size", hint="A window that would stick out does not count")


@check("conv_output_shape", points=0.5, public=True)
def accepts_a_kernel_that_just_fits(student, rng):
    """A kernel as large as the padded input gives size 1."""
    long, short = (int(size) for size in rng.integers((9, 2), (20, 6)))
    steps = (long + 2 - 2) // 3 + 1
    for args, expected, which in [
        ((short, long, short + 1, 2, 3, 1), (1, steps), "a kernel that fits with its padding"),
        ((short, long, short + 2, 2, 3, 1), (1, steps), "a kernel that just fits"),
        ((long, short, 2, short + 2, 3, 1), (steps, 1), "a kernel as wide as the frame"),
    ]:
        try:
            got = student.conv_output_shape(*args)
        except Raised as raised:
            if "ValueError" in raised.types:
                raise Raised(f"{which} is no error, conv_output_shape{args}: {raised.message}", raised.types) from None
            raise
        equal(tuple(got), expected, name=f"conv_output_shape{args}, {which}")


@check("conv_output_shape", points=0.5, public=True, side_condition=True)
def refuses_a_kernel_that_does_not_fit(student):
    """ValueError when the kernel is larger than the padded input, in height or in width."""
    raises(student.conv_output_shape, 3, 9, 6, 2, 3, 1, error="ValueError")
    raises(student.conv_output_shape, 9, 3, 2, 6, 3, 1, error="ValueError")


q_output_height = question(
    "20 rows, kernel of 7, stride 2, padding 4.", hint="draw the padded column and count the top edges"
)


# --- conv_param_count ----------------------------------------------------------------------------------------------


@check("conv_param_count", points=2, public=True)
def counts_two_small_layers(student, rng):
    """5×5 layers from 3 to 4, from 4 to 10 and from 10 to more channels, without and with bias."""
    more = int(rng.integers(11, 1000))
    counts = {
        (5, 5, 3, 4, False): 300,
        (5, 5, 4, 10, False): 1000,
        (5, 5, 3, 4, True): 304,
        (5, 5, 4, 10, True): 1010,
        (5, 5, 10, more, False): 250 * more,
        (5, 5, 10, more, True): 251 * more,
    }
    for (args, expected), got in zip(counts.items(), student.conv_param_count.calls(counts), strict=True):
        equal(got, expected, name=f"conv_param_count{args}")


@check("conv_param_count", points=3)
def agrees_with_the_size_of_the_arrays(student, rng):
    """For random layers, the count is the number of entries of w and b."""
    layers = [(*(int(size) for size in rng.permutation([2, 3, 5, 7])), bias) for bias in (True, False, True, False)]
    for (kh, kw, cin, cout, bias), got in zip(layers, student.conv_param_count.calls(layers), strict=True):
        expected = np.zeros((cout, cin, kh, kw)).size + (np.zeros(cout).size if bias else 0)
        equal(got, expected, name=f"the count {'with' if bias else 'without'} bias")


q_parameters = question(
    "Two 5×5 layers, 3 → 4 → 10 channels, with biases.", hint="count one filter first, then its bias, then the filters"
)


# --- conv_forward_naive --------------------------------------------------------------------------------------------


@check("conv_forward_naive", points=2, public=True, side_condition=True)
def forward_has_the_right_shape(student, rng):
    """The output has shape (N, F, H', W') for several strides, paddings and kernels."""
    cases = [
        ((2, 3, 5, 7), (4, 3, 3, 3), 1, 0, (2, 4, 3, 5)),
        ((1, 2, 6, 5), (3, 2, 3, 3), 1, 1, (1, 3, 6, 5)),
        ((3, 1, 8, 6), (2, 1, 3, 2), 2, 0, (3, 2, 3, 3)),
        ((2, 2, 5, 9), (1, 2, 2, 4), 3, 2, (2, 1, 3, 4)),
    ]
    results = student.conv_forward_naive.calls(
        (*picture_arrays(rng, x_shape, w_shape), {"stride": stride, "pad": pad})
        for x_shape, w_shape, stride, pad, _ in cases
    )
    for result, (x_shape, w_shape, stride, pad, expected) in zip(results, cases, strict=True):
        out, _ = parts(result, "out", "cache")
        expect(isinstance(out, np.ndarray), "out should be an array")
        equal(out.shape, expected, name=f"shape of out for x {x_shape}, w {w_shape}, stride {stride}, pad {pad}")


def close_layer(student, reference, exercise, arrays, stride, pad, hint):
    """Require the reference's output of a layer. arrays: its x, w and b."""
    conv_param = {"stride": stride, "pad": pad}
    expected, _ = getattr(reference, exercise)(*arrays, conv_param)
    out, _ = parts(getattr(student, exercise)(*arrays, conv_param), "out", "cache")
    close(out, expected, rtol=1e-9, name="out", hint=hint)


@check("conv_forward_naive", points=3, public=True)
def forward_without_padding(student, reference, exercise, rng):
    """Two images, three channels, stride 1, no padding."""
    arrays = picture_arrays(rng, (2, 3, 6, 5), (3, 3, 3, 3))
    hint = "Does the sum run over all channels, and is the bias added once?"
    close_layer(student, reference, exercise, arrays, 1, 0, hint)


@check("conv_forward_naive", points=3, public=True)
def forward_with_padding_and_stride(student, reference, exercise, rng):
    """Stride 2 and padding 1 on 7×6 images."""
    arrays = picture_arrays(rng, (2, 3, 7, 6), (4, 3, 3, 3))
    hint = "Where does window (i, j) start, and what stands in the frame?"
    close_layer(student, reference, exercise, arrays, 2, 1, hint)


@check("conv_forward_naive", points=2)
def a_single_weight_copies_a_shifted_image(student, rng):
    """A kernel with a single 1 copies one channel, shifted to where the 1 stands."""
    x = rng.standard_normal((1, 2, 5, 6))
    places = [(1, 0, 1), (0, 2, 2), (1, 1, 0)]
    single = np.zeros((3, 1, 2, 3, 3))
    for w, place in zip(single, places, strict=True):
        w[0, *place] = 1.0
    results = student.conv_forward_naive.calls((x, w, np.zeros(1), {"stride": 1, "pad": 0}) for w in single)
    hint = "Is the kernel laid on the window as it is, not turned?"
    for result, (c, u, v) in zip(results, places, strict=True):
        out, _ = parts(result, "out", "cache")
        close(out, x[:, c : c + 1, u : u + 3, v : v + 4], name="out", hint=hint)


def close_by_fourier(convolution, cases, rng, hint):
    """Require the outputs of layers that the correlation theorem gives. cases: (x's shape, w's shape, stride, pad)."""
    layers = []
    for x_shape, w_shape, stride, pad in cases:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        layers.append((10.0 * x + 5.0, w, b, {"stride": stride, "pad": pad}))
    for result, (*arrays, conv_param) in zip(convolution.calls(layers), layers, strict=True):
        out, _ = parts(result, "out", "cache")
        close(out, correlate_by_fourier(*arrays, **conv_param), rtol=1e-9, name="out", hint=hint)


@check("conv_forward_naive", points=3)
def forward_agrees_with_the_fourier_transform(student, rng):
    """Other shapes, strides and paddings: one image, one channel, kernels that are not square."""
    cases = [
        ((1, 1, 5, 8), (2, 1, 2, 4), 1, 2),
        ((3, 2, 7, 4), (1, 2, 4, 1), 2, 1),
        ((2, 4, 6, 9), (3, 4, 3, 2), 3, 0),
        ((1, 3, 4, 4), (2, 3, 1, 1), 2, 0),
    ]
    close_by_fourier(student.conv_forward_naive, cases, rng, "Are height and width kept apart?")


@check("conv_forward_naive", points=1, side_condition=True)
def the_bias_shifts_each_map(student, rng):
    """With all weights zero every map is its filter's bias."""
    x, b = rng.standard_normal((2, 2, 4, 3)), np.array([1.5, -2.0, 1000.0])
    result = student.conv_forward_naive(x, np.zeros((3, 2, 2, 2)), b, {"stride": 1, "pad": 1})
    out, _ = parts(result, "out", "cache")
    close(out, np.ones((2, 1, 5, 4)) * b[:, None, None], name="out", hint="One bias per filter, added once")


@check("conv_forward_naive", points=1.5)
def a_kernel_as_large_as_the_input(student, rng):
    """A kernel that covers the whole padded image gives one number per filter: a scalar product."""
    x, w, b = picture_arrays(rng, (2, 2, 3, 4), (2, 2, 5, 6))
    out, _ = parts(student.conv_forward_naive(x, w, b, {"stride": 4, "pad": 1}), "out", "cache")
    expected = np.tensordot(x, w[:, :, 1:-1, 1:-1], axes=([1, 2, 3], [1, 2, 3])) + b
    close(out, expected[:, :, None, None], rtol=1e-9, name="out", hint="There is exactly one window here")


# --- conv_backward_naive -------------------------------------------------------------------------------------------


def student_gradients(student, x, w, b, conv_param, dout):
    """(dx, dw, db) of the student's own forward and backward pass, the cache handed on as it is."""
    return all_gradients(student, [(x, w, b, conv_param)], [dout])[0]


def all_gradients(student, layers, douts):
    """(dx, dw, db) of every layer, (x, w, b, conv_param): all forward passes first, then all backward passes."""
    results = student.conv_forward_naive.calls(layers)
    caches = [parts(result, "out", "cache")[1] for result in results]
    gradients = student.conv_backward_naive.calls(zip(douts, caches, strict=True))
    return [parts(each, "dx", "dw", "db") for each in gradients]


def small_gradients(student, reference, rng):
    """The student's and the right (dx, dw, db) of a layer with stride 1 and without padding."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 3))
    dout = rng.standard_normal((2, 3, 3, 2))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 1, "pad": 0})
    expected = reference.conv_backward_naive(dout, cache)
    return student_gradients(student, x, w, b, {"stride": 1, "pad": 0}, dout), expected


@check("conv_backward_naive", points=2, public=True)
def gradient_of_the_bias(student, reference, rng):
    """db for two images and three filters."""
    (_, _, db), (_, _, expected) = small_gradients(student, reference, rng)
    close(db, expected, rtol=1e-9, name="db", hint="Into which outputs did this bias go?")


@check("conv_backward_naive", points=3, public=True)
def gradient_of_the_weights(student, reference, rng):
    """dw for stride 1 without padding."""
    (_, dw, _), (_, expected, _) = small_gradients(student, reference, rng)
    close(dw, expected, rtol=1e-9, name="dw", hint="Each window, weighted by its dout, is added up")


@check("conv_backward_naive", points=3, public=True)
def gradient_of_the_input(student, reference, rng):
    """dx for stride 1 without padding."""
    (dx, _, _), (expected, _, _) = small_gradients(student, reference, rng)
    close(dx, expected, rtol=1e-9, name="dx", hint="Each window hands its dout times the filter back; windows overlap")


@check("conv_backward_naive", points=2, public=True)
def gradients_with_padding_and_stride(student, reference, rng):
    """dx, dw and db for stride 2 and padding 1."""
    x, w, b = picture_arrays(rng, (2, 3, 6, 5), (2, 3, 3, 3))
    dout = rng.standard_normal((2, 2, 3, 3))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
    expected = reference.conv_backward_naive(dout, cache)
    got = student_gradients(student, x, w, b, {"stride": 2, "pad": 1}, dout)
    hint = "Windows start at multiples of the stride; the frame is cut off at the end"
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        close(actual, wanted, rtol=1e-9, name=name, hint=hint)


def layers_with_gradients(student, cases, rng):
    """(the student's dx, dw and db; x, w, b and conv_param; dout) of each case (x's shape, w's shape, stride, pad)."""
    layers, douts = [], []
    for x_shape, w_shape, stride, pad in cases:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        layers.append((x, w, b, {"stride": stride, "pad": pad}))
        douts.append(rng.standard_normal(correlate_by_fourier(x, w, b, stride, pad).shape))
    return zip(all_gradients(student, layers, douts), layers, douts, strict=True)


@check("conv_backward_naive", points=3)
def input_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences where the stride does not divide and the kernel is not square."""
    cases = [((2, 2, 4, 6), (2, 2, 2, 3), 2, 1), ((1, 1, 6, 5), (2, 1, 3, 2), 2, 0)]
    hint = "Pixels that no window sees get 0; overlapping windows add up"
    for (dx, _, _), (x, w, b, conv_param), dout in layers_with_gradients(student, cases, rng):

        def layer(images, w=w, b=0 * b, conv_param=conv_param):
            return correlate_by_fourier(images, w, b, **conv_param)

        close(dx, input_gradient(layer, x.shape, dout), rtol=1e-8, name="dx", hint=hint)


@check("conv_backward_naive", points=3)
def weight_gradient_by_finite_differences(student, rng):
    """dw and db agree with finite differences for a wide frame and a kernel that is not square."""
    cases = [((2, 3, 4, 5), (3, 3, 1, 2), 2, 2), ((1, 2, 5, 6), (2, 2, 3, 2), 3, 0)]
    hint = "The weight at (u, v) met the pixel u rows and v columns into each window"
    for (_, dw, db), (x, w, _, conv_param), dout in layers_with_gradients(student, cases, rng):
        close(dw, weight_gradient(x, w.shape, dout, **conv_param), rtol=1e-8, name="dw", hint=hint)
        close(db, np.einsum("nfij->f", dout), rtol=1e-9, name="db", hint="Nothing is divided here")


@check("conv_backward_naive", points=1.5)
def gradients_of_a_single_window(student, rng):
    """One image and one window: every gradient is a single product."""
    x, w, b = picture_arrays(rng, (1, 2, 3, 4), (2, 2, 3, 4))
    dout = rng.standard_normal((1, 2, 1, 1))
    dx, dw, db = student_gradients(student, x, w, b, {"stride": 5, "pad": 0}, dout)
    close(dx, np.tensordot(dout[:, :, 0, 0], w, axes=1), rtol=1e-9, name="dx", hint="Padding 0 is a padding, too")
    close(dw, dout[0, :, 0, 0, None, None, None] * x, rtol=1e-9, name="dw")
    close(db, dout[0, :, 0, 0], rtol=1e-9, name="db")


q_windows_of_a_pixel = question(
    "Pixel (2, 2) of a 7×7 input under a 3×3 kernel with stride 2.",
    hint="in which rows can a window start that covers row 2?",
)


q_which_bug = question(
    "Right with padding, an empty dx without.", hint="which of the four would show with padding 0 only?"
)


# --- im2col and col2im ---------------------------------------------------------------------------------------------


@check("im2col", points=2, public=True)
def the_worked_example(student, rng):
    """The 3×3 image of the statement, and another one with 2×1 windows."""
    x = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    other = np.round(10 * rng.standard_normal((1, 1, 3, 3)), 1)
    square, tall = student.im2col.calls([(x, 2, 2, 1, 0), (other, 2, 1, 1, 0)])
    close(square, np.array([[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]), name="cols")
    close(tall, np.array([other[0, 0, :2].ravel(), other[0, 0, 1:].ravel()]), name="cols for 2x1 windows")


@check("im2col", points=2, public=True)
def order_of_rows_and_columns(student, reference, rng):
    """Several images and channels: channel before window position, image before output position."""
    x = rng.standard_normal((2, 3, 5, 4))
    hint = "Down a column the channel changes slowest; along a row the image changes slowest"
    close(student.im2col(x, 3, 2, 1, 0), reference.im2col(x, 3, 2, 1, 0), name="cols", hint=hint)


@check("im2col", points=1.5)
def every_entry_comes_from_its_pixel(student, rng):
    """With stride and padding, every entry is the pixel that the statement names, and the frame is zero."""
    hint = "Windows start at multiples of the stride in the padded image"
    for x_shape, *window in [((2, 2, 5, 6), 3, 2, 2, 1), ((1, 1, 4, 7), 2, 4, 3, 2), ((3, 2, 6, 5), 1, 3, 2, 0)]:
        x = rng.standard_normal(x_shape) + 3.0
        table = source_pixels(x_shape, *window)
        close(student.im2col(x, *window), np.where(table >= 0, x.ravel()[table], 0.0), name="cols", hint=hint)


@check("im2col", points=2)
def the_product_with_the_filters_is_the_convolution(student, rng):
    """Unrolled filters times cols is the convolution."""
    x, w, b = picture_arrays(rng, (3, 3, 6, 4), (2, 3, 3, 3))
    cols = student.im2col(x, 3, 3, 1, 1)
    expect(isinstance(cols, np.ndarray) and cols.ndim == 2, "cols should be a matrix")
    equal(cols.shape, (27, 72), name="shape of cols", hint="C*kh*kw rows and N*out_h*out_w columns")
    expected = np.moveaxis(correlate_by_fourier(x, w, 0.0 * b, 1, 1), 1, 0).reshape(2, -1)
    hint = "Do the rows follow the order of w?"
    close(w.reshape(2, 27) @ cols, expected, rtol=1e-5, name="the filters times cols", hint=hint)


@check("col2im", points=2, public=True)
def counts_the_overlaps(student, rng):
    """A matrix of ones counts in how many windows each pixel lies; a matrix of another number counts by that."""
    number = np.round(rng.uniform(2.0, 9.0), 1)
    overlapping, apart = student.col2im.calls(
        [(np.ones((4, 4)), (1, 1, 3, 3), 2, 2, 1, 0), (np.full((2, 6), number), (1, 1, 4, 5), 2, 1, 2, 0)]
    )
    counts = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]])
    close(overlapping, counts[None, None], name="x")
    every_other_column = np.tile([number, 0.0, number, 0.0, number], (4, 1))
    close(apart, every_other_column[None, None], name="x for stride 2")


@check("col2im", points=2, public=True)
def sums_with_padding(student, reference, rng):
    """Random columns, padding 1 and stride 2, several images and channels."""
    args = rng.standard_normal((2 * 3 * 3, 2 * 3 * 3)), (2, 2, 5, 6), 3, 3, 2, 1
    hint = "Add into a padded array, then cut the frame off"
    close(student.col2im(*args), reference.col2im(*args), rtol=1e-9, name="x", hint=hint)


@check("col2im", points=2.5)
def every_entry_returns_to_its_pixel(student, rng):
    """Each entry is added to the pixel it came from, for windows that are not square."""
    hint = "The order of rows and columns is that of im2col"
    for x_shape, *window in [((2, 3, 5, 4), 3, 2, 1, 0), ((1, 2, 4, 7), 2, 3, 2, 2), ((3, 1, 5, 5), 1, 2, 1, 1)]:
        table = source_pixels(x_shape, *window)
        cols = rng.standard_normal(table.shape)
        sums = np.bincount(table.ravel() + 1, weights=cols.ravel(), minlength=int(np.prod(x_shape)) + 1)
        close(student.col2im(cols, x_shape, *window), sums[1:].reshape(x_shape), rtol=1e-9, name="x", hint=hint)


@check("col2im", points=1)
def unseen_pixels_are_zero(student, rng):
    """Pixels that no window sees stay 0."""
    cols = rng.standard_normal((2, 2 * 2 * 2)) + 5.0
    x = student.col2im(cols, (2, 1, 5, 6), 1, 2, 4, 0)
    expected = np.zeros((2, 1, 5, 6))
    for v in range(2):
        expected[:, 0, ::4, v::4] = cols[v].reshape(2, 2, 2)
    close(x, expected, name="x", hint="Nothing is copied to pixels between the windows")


# --- conv_forward_fast ---------------------------------------------------------------------------------------------


@check("conv_forward_fast", points=1.5, public=True)
def fast_without_padding(student, reference, exercise, rng):
    """The fast forward pass, stride 1 without padding, several images."""
    arrays = picture_arrays(rng, (3, 2, 5, 6), (4, 2, 3, 3))
    hint = "The product has its filters first, the result its images"
    close_layer(student, reference, exercise, arrays, 1, 0, hint)


@check("conv_forward_fast", points=1.5, public=True)
def fast_with_padding_and_stride(student, reference, exercise, rng):
    """The fast forward pass, stride 2, padding 1, a kernel that is not square."""
    arrays = picture_arrays(rng, (2, 3, 7, 6), (4, 3, 3, 2))
    close_layer(student, reference, exercise, arrays, 2, 1, "The same sizes as in conv_forward_naive")


@check("conv_forward_fast", points=1)
def fast_agrees_with_the_fourier_transform(student, rng):
    """The fast forward pass on other shapes."""
    cases = [
        ((1, 1, 6, 4), (3, 1, 2, 4), 1, 2),
        ((2, 3, 4, 7), (1, 3, 4, 1), 2, 0),
        ((4, 2, 5, 5), (4, 2, 3, 2), 3, 1),
    ]
    close_by_fourier(student.conv_forward_fast, cases, rng, "Does it hold for one image, too?")


@check("conv_forward_fast", points=0.5, side_condition=True)
def the_fast_cache_fits_the_naive_backward_pass(student, rng):
    """conv_backward_naive gives the same gradients from the fast cache as from the naive one."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 2))
    dout = rng.standard_normal((2, 3, 3, 3))
    _, naive_cache = parts(student.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1}), "out", "cache")
    _, fast_cache = parts(student.conv_forward_fast(x, w, b, {"stride": 2, "pad": 1}), "out", "cache")
    results = student.conv_backward_naive.calls([(dout, naive_cache), (dout, fast_cache)])
    expected, got = (parts(result, "dx", "dw", "db") for result in results)
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        # A fast pass in float32 may stand beside a naive one in float64.
        close(actual, wanted, rtol=1e-5, name=f"{name} from the fast cache")


@check("conv_backward_fast", points=0, public=True)
def fast_gradients_with_padding_and_stride(student, reference, rng):
    """The fast dx, dw and db for stride 2 and padding 1, several images, a kernel that is not square."""
    layer = *picture_arrays(rng, (2, 3, 7, 6), (4, 3, 3, 2)), {"stride": 2, "pad": 1}
    dout = rng.standard_normal((2, 4, 4, 4))
    _, cache = reference.conv_forward_naive(*layer)
    expected = reference.conv_backward_naive(dout, cache)
    _, cache = parts(student.conv_forward_fast(*layer), "out", "cache")
    got = parts(student.conv_backward_fast(dout, cache), "dx", "dw", "db")
    hint = "dout has its images first, the product its filters"
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        close(actual, wanted, rtol=1e-9, name=name, hint=hint)


@check("conv_backward_fast", points=0)
def fast_gradients_by_finite_differences(student, rng):
    """The fast dx, dw and db agree with finite differences, also for one image and where pixels are not seen."""
    cases = [((1, 2, 5, 4), (3, 2, 3, 2), 1, 0), ((3, 1, 4, 6), (2, 1, 2, 3), 2, 1), ((2, 2, 3, 7), (1, 2, 1, 2), 3, 2)]
    layers, douts = [], []
    for x_shape, w_shape, stride, pad in cases:
        layers.append((*picture_arrays(rng, x_shape, w_shape), {"stride": stride, "pad": pad}))
        douts.append(rng.standard_normal(correlate_by_fourier(*layers[-1][:3], stride, pad).shape))
    results = student.conv_forward_fast.calls(layers)
    caches = [parts(result, "out", "cache")[1] for result in results]
    gradients = student.conv_backward_fast.calls(zip(douts, caches, strict=True))
    for result, (x, w, b, conv_param), dout in zip(gradients, layers, douts, strict=True):
        dx, dw, db = parts(result, "dx", "dw", "db")

        def layer(images, w=w, b=0 * b, conv_param=conv_param):
            return correlate_by_fourier(images, w, b, **conv_param)

        hint = "Every pixel collects the gradients of its copies, and of nothing else"
        close(dx, input_gradient(layer, x.shape, dout), rtol=1e-8, name="dx", hint=hint)
        close(dw, weight_gradient(x, w.shape, dout, **conv_param), rtol=1e-8, name="dw")
        close(db, np.einsum("nfij->f", dout), rtol=1e-9, name="db", hint="Nothing is divided here")


def seconds_of(function, *args):
    """Wall time of one call."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def yardstick(products):
    """A Python loop of small products."""
    patch = np.ones((3, 3, 3))
    total = 0.0
    for _ in range(products):
        total += (patch * patch).sum()
    return total


def seconds_of_a_loop(windows, part=64):
    """What a loop over so many windows takes, from the quickest of three times a part of it."""
    return part * min(seconds_of(yardstick, windows // part) for _ in range(3))


def require_fast(exercise, seconds_of_a_layer, seconds_of_the_naive):
    """Require a third of the time of a loop, or of the student's own naive version, for a layer of 32,768 windows.

    Other programs can only slow a call down, so the fastest call counts, and there are several rounds.
    """
    seconds_of_a_layer()
    fast, naive, loop = float("inf"), 0.0, float("inf")
    for round_, calls in enumerate((1, 3, 3, 5, 5, 5)):
        fast = min([fast, *(seconds_of_a_layer() for _ in range(calls))])
        loop = min(loop, seconds_of_a_loop(8 * 16 * 16 * 16))
        if 3 * fast <= loop:
            return
        if round_ >= 1 and fast > 2 * loop:
            break  # slower than a loop by far: no busy machine makes that of what is three times as fast
        try:
            naive = min(naive or float("inf"), seconds_of_the_naive())
        except Failure:
            continue  # without a naive version the loop alone is the measure
        if 3 * fast <= naive:
            return
    raise Failure(
        f"{exercise} takes {1e3 * fast:.1f} ms; a loop over all windows takes {1e3 * max(loop, naive):.1f} ms. "
        "Is there still a Python loop over windows or filters?"
    )


def a_layer_to_time(rng):
    """x, w, b and conv_param of a layer, its output (8, 16, 16, 16), a dout of that shape, and (dx, dw, db).

    Even pictures, even filters and an even dout for each map, so that the right answers can be written down.
    """
    shades, strengths, b = rng.integers(1, 9, 8) / 4, rng.integers(-8, 8, 16) / 4, rng.integers(-4, 5, 16) / 2
    x = np.ones((8, 3, 18, 18)) * shades[:, None, None, None]
    w = np.ones((16, 3, 3, 3)) * strengths[:, None, None, None]
    out = np.ones((8, 16, 16, 16)) * (27 * np.outer(shades, strengths) + b)[:, :, None, None]
    douts = rng.integers(-4, 5, (8, 16)) / 8
    seen = np.minimum(3, np.minimum(np.arange(1, 19), np.arange(18, 0, -1)))  # in how many windows, along one side
    dx = np.ones((8, 3, 1, 1)) * (douts @ strengths)[:, None, None, None] * np.outer(seen, seen)
    dw = np.ones((16, 3, 3, 3)) * (256 * shades @ douts)[:, None, None, None]
    dout = np.ones(out.shape) * douts[:, :, None, None]
    return (x, w, b, {"stride": 1, "pad": 0}), out, dout, (dx, dw, 256 * douts.sum(axis=0))


def first_of(result):
    """What a forward pass returns beside its cache."""
    return result[0]


def backward_of(backward, dout, result):
    """A function without arguments that runs the backward pass for what a forward pass returned."""
    return lambda: backward(dout, result[1])


@check("conv_forward_fast", points=5, public=True, timeout_s=60, timed=True)
def fast_is_fast(student, rng):
    """At least three times as fast as your naive version, or as a loop with one small product per window and filter."""
    out_of = student.probe(first_of, "out of conv_forward_fast")

    def seconds_of_a_layer():
        """For one that has not been asked for before: a result that is remembered is not computed fast."""
        args, expected, *_ = a_layer_to_time(rng)
        # Results are kept on the student's side: sending a cache would take as long as making it.
        start = time.perf_counter()
        result = student.conv_forward_fast.keep(*args)
        seconds = time.perf_counter() - start
        close(out_of(result), expected, rtol=1e-9, name="out", hint="Quick but wrong: see the other checks")
        return seconds

    def seconds_of_the_naive():
        return seconds_of(student.conv_forward_naive.keep, *a_layer_to_time(rng)[0])

    require_fast("conv_forward_fast", seconds_of_a_layer, seconds_of_the_naive)


@check("conv_backward_fast", points=0, public=True, timeout_s=60, timed=True)
def fast_backward_is_fast(student, rng):
    """At least three times as fast as your naive version, or as a loop with one small product per window and filter."""
    prepare = student.probe(backward_of, "conv_backward_fast")

    def seconds_of_a_layer():
        args, _, dout, expected = a_layer_to_time(rng)
        call = prepare(student.get("conv_backward_fast"), dout, student.conv_forward_fast.keep(*args))
        start = time.perf_counter()
        result = call()
        seconds = time.perf_counter() - start
        for name, got, wanted in zip(("dx", "dw", "db"), parts(result, "dx", "dw", "db"), expected, strict=True):
            close(got, wanted, rtol=1e-9, name=name, hint="Quick but wrong: see the other checks")
        return seconds

    def seconds_of_the_naive():
        args, _, dout, _ = a_layer_to_time(rng)
        return seconds_of(prepare(student.get("conv_backward_naive"), dout, student.conv_forward_naive.keep(*args)))

    require_fast("conv_backward_fast", seconds_of_a_layer, seconds_of_the_naive)


# --- pooling -------------------------------------------------------------------------------------------------------


@check("max_pool_forward_naive", points=2, public=True)
def max_pool_with_windows_side_by_side(student, reference, rng):
    """2×2 windows with stride 2; some windows hold negative numbers only."""
    x = distinct_values(rng, (2, 3, 4, 6)) - 3.0
    expected, _ = reference.max_pool_forward_naive(x, pooling(2, 2, 2))
    out, _ = parts(student.max_pool_forward_naive(x, pooling(2, 2, 2)), "out", "cache")
    close(out, expected, name="out", hint="The largest number of each window and channel, which may be negative")


@check("max_pool_forward_naive", points=2, public=True)
def max_pool_with_overlapping_windows(student, reference, rng):
    """3×2 windows with stride 2 on 6×8 maps: windows overlap in one direction and do not reach the lower edge."""
    x = distinct_values(rng, (2, 2, 6, 8)) - 10.0
    expected, _ = reference.max_pool_forward_naive(x, pooling(3, 2, 2))
    out, _ = parts(student.max_pool_forward_naive(x, pooling(3, 2, 2)), "out", "cache")
    close(out, expected, name="out", hint="Windows start at multiples of the stride, and the size is rounded down")


@check("max_pool_forward_naive", "avg_pool_forward", points=1.5)
def agrees_with_sliding_windows(student, exercise, rng):
    """{exercise} for other windows and strides, all numbers negative."""
    pool, of_windows = getattr(student, exercise), np.max if exercise == "max_pool_forward_naive" else np.mean
    cases = []
    for x_shape, ph, pw, stride in [
        ((1, 3, 5, 8), 2, 3, 1),
        ((2, 1, 8, 5), 1, 4, 3),
        ((1, 2, 7, 4), 4, 2, 2),
        ((1, 2, 6, 5), 3, 2, 1),
        ((1, 1, 5, 4), 5, 4, 3),
    ]:
        cases.append((distinct_values(rng, x_shape) - 50.0, pooling(ph, pw, stride)))
    for result, (x, pool_param) in zip(pool.calls(cases), cases, strict=True):
        out, _ = parts(result, "out", "cache")
        expected = of_windows(pooling_windows(x, pool_param), axis=(4, 5))
        close(out, expected, rtol=1e-9, name="out", hint="There is no padding, and the size is rounded down")


@check("max_pool_forward_naive", points=1)
def max_pool_of_a_whole_map(student, rng):
    """A window as large as the map keeps the largest number of each channel."""
    x = 1e6 * distinct_values(rng, (3, 2, 3, 5))
    out, _ = parts(student.max_pool_forward_naive(x, pooling(3, 5, 4)), "out", "cache")
    expected = np.sort(x.reshape(3, 2, 15), axis=2)[:, :, -1:, None]
    close(out, expected, name="out", hint="There is exactly one window here")


def close_to_winners(student, reference, x, pool_param, dout, hint):
    """Require the reference's gradient of max pooling."""
    _, cache = reference.max_pool_forward_naive(x, pool_param)
    expected = reference.max_pool_backward_naive(dout, cache)
    _, cache = parts(student.max_pool_forward_naive(x, pool_param), "out", "cache")
    close(student.max_pool_backward_naive(dout, cache), expected, rtol=1e-9, name="dx", hint=hint)


@check("max_pool_backward_naive", points=2, public=True)
def max_gradient_goes_to_the_winners(student, reference, rng):
    """2×2 windows with stride 2: each gradient goes to the winner of its window."""
    x, dout = distinct_values(rng, (2, 3, 4, 6)), rng.standard_normal((2, 3, 2, 3))
    close_to_winners(student, reference, x, pooling(2, 2, 2), dout, "The winner gets all, the others nothing")


@check("max_pool_backward_naive", points=2, public=True)
def a_winner_of_several_windows_collects(student, reference, rng):
    """Overlapping 3×3 windows: a pixel that wins several windows collects all their gradients."""
    x, dout = distinct_values(rng, (2, 2, 5, 6)), rng.standard_normal((2, 2, 3, 4))
    close_to_winners(student, reference, x, pooling(3, 3, 1), dout, "Contributions add up")


@check("max_pool_backward_naive", points=1.5)
def max_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences for windows that are not square."""
    cases = []
    for x_shape, ph, pw, stride in [((1, 2, 4, 7), 2, 4, 2), ((2, 1, 7, 4), 3, 2, 2)]:
        cases.append((distinct_values(rng, x_shape), pooling(ph, pw, stride)))
    for result, (x, pool_param) in zip(student.max_pool_forward_naive.calls(cases), cases, strict=True):
        dout = rng.standard_normal(pooling_windows(x, pool_param).shape[:4])
        # Less than half the distance between two numbers: no winner changes, so the step is exact.
        steps = 1e-2 * np.eye(x[0].size).reshape(-1, *x.shape[1:])
        expected = np.empty(x.shape)
        for image, upstream, gradient in zip(x, dout, expected, strict=True):
            up, down = (pooling_windows(image + h, pool_param).max(axis=(4, 5)) for h in (steps, -steps))
            gradient.flat = np.einsum("kchw,chw->k", up - down, upstream) / 2e-2
        _, cache = parts(result, "out", "cache")
        dx = student.max_pool_backward_naive(dout, cache)
        close(dx, expected, rtol=1e-8, name="dx", hint="Is the winner's row and column found with the right width?")


@check("max_pool_backward_naive", points=1, public=True)
def a_tie_creates_no_gradient(student, rng):
    """Where several entries are the largest, a window still sends back no more than its dout, and only to them."""
    x = np.round(rng.uniform(0.0, 1.2, (2, 2, 4, 6)))
    x[0, 0] = 0.0
    dout = rng.uniform(1.0, 2.0, (2, 2, 2, 3))
    _, cache = parts(student.max_pool_forward_naive(x, pooling(2, 2, 2)), "out", "cache")
    dx = student.max_pool_backward_naive(dout, cache)
    equal(np.shape(dx), x.shape, name="shape of dx")
    sent, seen = pooling_windows(dx, pooling(2, 2, 2)), pooling_windows(x, pooling(2, 2, 2))
    hint = "Among equals: one winner, or shares"
    close(sent.sum(axis=(4, 5)), dout, rtol=1e-9, name="what each window sends back", hint=hint)
    wrong = sent[seen < seen.max(axis=(4, 5), keepdims=True)]
    expect(not np.any(wrong), "an entry that is not the largest got a gradient")


@check("avg_pool_forward", points=2, public=True)
def mean_of_windows_side_by_side(student, reference, rng):
    """2×3 windows with stride 3."""
    x = rng.standard_normal((2, 3, 5, 7)) + 1.0
    expected, _ = reference.avg_pool_forward(x, pooling(2, 3, 3))
    out, _ = parts(student.avg_pool_forward(x, pooling(2, 3, 3)), "out", "cache")
    close(out, expected, rtol=1e-9, name="out", hint="The mean of each window and channel")


@check("avg_pool_backward", points=2, public=True)
def everyone_gets_the_same_share(student, reference, rng):
    """2×2 windows with stride 2 on 5×6 maps: every entry gets its share, the last row nothing."""
    x = rng.standard_normal((2, 2, 5, 6))
    dout = rng.standard_normal((2, 2, 2, 3))
    right, cache = reference.avg_pool_forward(x, pooling(2, 2, 2))
    expected = reference.avg_pool_backward(dout, cache)
    out, cache = parts(student.avg_pool_forward(x, pooling(2, 2, 2)), "out", "cache")
    dx = student.avg_pool_backward(dout, cache)
    close_to_own(dx, expected, own_scale(out, right), rtol=1e-9, name="dx", hint="With what factor went each entry in?")


@check("avg_pool_backward", points=1.5)
def average_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences for overlapping windows that are not square."""
    cases = []
    for x_shape, ph, pw, stride in [((2, 1, 6, 4), 3, 2, 1), ((1, 2, 4, 7), 2, 3, 2)]:
        cases.append((rng.standard_normal(x_shape), pooling(ph, pw, stride)))
    for result, (x, pool_param) in zip(student.avg_pool_forward.calls(cases), cases, strict=True):

        def pool(images, pool_param=pool_param):
            return pooling_windows(images, pool_param).mean(axis=(4, 5))

        dout = rng.standard_normal(pool(x).shape)
        out, cache = parts(result, "out", "cache")
        expected = input_gradient(pool, x.shape, dout)
        dx, hint = student.avg_pool_backward(dout, cache), "Contributions of overlapping windows add up"
        close_to_own(dx, expected, own_scale(out, pool(x)), rtol=1e-8, name="dx", hint=hint)


# --- spatial batch normalization -----------------------------------------------------------------------------------


@check("spatial_batchnorm_forward", points=0.75, public=True)
def normalises_each_channel(student, reference, rng):
    """Training mode with the default eps on three channels of different mean and scale."""
    size, shift = np.array([1.0, 5.0, 0.01]), np.array([0.0, 10.0, -1.0])
    x = rng.standard_normal((2, 3, 4, 5)) * size[:, None, None] + shift[:, None, None]
    gamma, beta = rng.standard_normal(3), rng.standard_normal(3)
    expected, _ = reference.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    out, _ = parts(student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), "out", "cache")
    close(out, expected, rtol=1e-8, name="out", hint="One mean and one variance per channel, over batch and space")


@check("spatial_batchnorm_forward", points=0.5, public=True)
def keeps_running_statistics(student, reference, rng):
    """Two steps of training update running_mean and running_var in the dict that was passed."""
    running = {"running_mean": rng.standard_normal(3), "running_var": np.array([1.0, 2.0, 0.5])}
    start = {"mode": "train", "eps": 1e-3, "momentum": 0.7, **running}
    theirs, ours = student.put(start), reference.put(start)
    batches = 3.0 * rng.standard_normal((2, 2, 3, 2, 3)) + 1.0
    student.spatial_batchnorm_forward.calls((x, np.ones(3), np.zeros(3), theirs) for x in batches)
    reference.spatial_batchnorm_forward.calls((x, np.ones(3), np.zeros(3), ours) for x in batches)
    got, expected = theirs.value(), ours.value()
    hint = "momentum weighs the old value; biased variance"
    for key in running:
        expect(key in got, f"bn_param has no {key!r} after training")
        close(got[key], expected[key], rtol=1e-8, name=f"bn_param[{key!r}]", hint=hint)


@check("spatial_batchnorm_forward", points=0.25, public=True)
def running_statistics_start_as_zeros(student, rng):
    """Without running statistics in bn_param, those of the first batch are mixed with zeros."""
    x = rng.standard_normal((2, 2, 3, 4))
    bn_param = student.put({"mode": "train"})
    student.spatial_batchnorm_forward(x, rng.standard_normal(2), rng.standard_normal(2), bn_param)
    after = bn_param.value()
    moments = x.transpose(1, 0, 2, 3).reshape(2, -1)
    for key, moment in [("running_mean", moments.sum(axis=1) / 24), ("running_var", moments.std(axis=1) ** 2)]:
        expect(key in after, f"bn_param has no {key!r} after training")
        close(after[key], moment / 10, rtol=1e-8, name=f"bn_param[{key!r}]", hint="The default momentum is 0.9")


def a_layer_at_test(rng):
    """x, gamma, beta and bn_param of a layer of two channels in test mode."""
    bn_param = {"running_mean": rng.standard_normal(2), "running_var": rng.uniform(0.2, 4.0, 2)}
    return (
        rng.standard_normal((2, 2, 3, 4)),
        rng.standard_normal(2),
        rng.standard_normal(2),
        {"mode": "test", "eps": 0.1, "momentum": 0.9, **bn_param},
    )


@check("spatial_batchnorm_forward", points=0.5, public=True)
def inference_uses_the_running_statistics(student, rng):
    """In test mode the running statistics are used."""
    x, gamma, beta, bn_param = a_layer_at_test(rng)
    out, _ = parts(student.spatial_batchnorm_forward(x, gamma, beta, bn_param), "out", "cache")
    expected = np.empty(x.shape)
    for c in range(2):
        centered = x[:, c] - bn_param["running_mean"][c]
        expected[:, c] = gamma[c] * centered / (bn_param["running_var"][c] + 0.1) ** 0.5 + beta[c]
    close(out, expected, rtol=1e-8, name="out", hint="No statistics of this batch in test mode")


@check("spatial_batchnorm_forward", points=0.25, side_condition=True, public=True)
def inference_keeps_the_running_statistics(student, rng):
    """In test mode the running statistics stay as they are."""
    x, gamma, beta, start = a_layer_at_test(rng)
    bn_param = student.put(start)
    student.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    after = bn_param.value()
    for key in ("running_mean", "running_var"):
        close(after[key], start[key], name=f"bn_param[{key!r}]", hint="Test mode does not change it")


@check("spatial_batchnorm_forward", points=0.25, side_condition=True, public=True)
def refuses_an_unknown_mode(student, rng):
    """ValueError for a mode that is neither "train" nor "test"."""
    x, scale = rng.standard_normal((2, 2, 3, 4)), rng.standard_normal(2)
    raises(student.spatial_batchnorm_forward, x, scale, scale, {"mode": "training"}, error="ValueError")


@check("spatial_batchnorm_forward", points=1)
def eps_keeps_a_constant_channel_finite(student, rng):
    """A constant channel, a single image and a large eps."""
    size, shift = np.array([1e3, 0.1, 0.0]), np.array([0.0, 5.0, 7.0])
    x = rng.standard_normal((1, 3, 3, 5)) * size[:, None, None] + shift[:, None, None]
    gamma, beta = rng.standard_normal(3), rng.standard_normal(3)
    for eps in (1e-5, 0.5):
        result = student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train", "eps": eps})
        out, _ = parts(result, "out", "cache")
        expected = normalise_by_channel(x, gamma, beta, eps)
        close(out, expected, rtol=1e-8, name="out", hint="eps is added to the variance, under the root")


def normalized(student, reference, rng):
    """A layer: the student's and the right (dx, dgamma, dbeta), and what the student's forward pass is scaled by."""
    x, gamma, beta = 2.0 * rng.standard_normal((2, 3, 4, 3)) + 1.0, rng.standard_normal(3), rng.standard_normal(3)
    dout = rng.standard_normal((2, 3, 4, 3)) + 0.5
    right, cache = reference.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    expected = reference.spatial_batchnorm_backward(dout, cache)
    out, cache = parts(student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), "out", "cache")
    got = parts(student.spatial_batchnorm_backward(dout, cache), "dx", "dgamma", "dbeta")
    return got, expected, own_scale(out, right, beta[:, None, None], axis=(0, 2, 3))


@check("spatial_batchnorm_backward", points=1, public=True)
def gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta."""
    (_, dgamma, dbeta), (_, dgamma_expected, dbeta_expected), scale = normalized(student, reference, rng)
    hint = "gamma multiplied the normalized x"
    close_to_own(dgamma, dgamma_expected, scale.ravel(), rtol=1e-8, name="dgamma", hint=hint)
    close(dbeta, dbeta_expected, rtol=1e-8, name="dbeta", hint="beta went into every entry of its channel")


@check("spatial_batchnorm_backward", points=1, public=True)
def gradient_through_mean_and_variance(student, reference, rng):
    """dx, with the paths through the mean and the variance."""
    (dx, _, _), (expected, _, _), scale = normalized(student, reference, rng)
    close_to_own(dx, expected, scale, rtol=1e-8, name="dx", hint="x went into the mean and into the variance, too")


@check("spatial_batchnorm_backward", points=1.5)
def batchnorm_gradients_by_complex_step(student, rng):
    """All three gradients agree with complex-step derivatives, also for one image and a large eps."""
    cases = []
    for shape, eps in [((1, 2, 3, 4), 0.3), ((3, 2, 2, 1), 1e-5)]:
        x, gamma, beta = rng.standard_normal(shape) + 2.0, rng.standard_normal(2), rng.standard_normal(2)
        cases.append((x, gamma, beta, {"mode": "train", "eps": eps}))
    for result, (*inputs, bn_param) in zip(student.spatial_batchnorm_forward.calls(cases), cases, strict=True):
        x, _, beta = inputs
        dout = rng.standard_normal(x.shape) + 1.0
        out, cache = parts(result, "out", "cache")
        right = normalise_by_channel(*inputs, bn_param["eps"])
        scale = own_scale(out, right, beta[:, None, None], axis=(0, 2, 3))
        scales = {"dx": scale, "dgamma": scale.ravel(), "dbeta": np.nan}
        got = parts(student.spatial_batchnorm_backward(dout, cache), *scales)
        for place, (name, factor) in enumerate(scales.items()):

            def layer(moved, place=place, inputs=inputs, eps=bn_param["eps"]):
                return normalise_by_channel(*inputs[:place], moved, *inputs[place + 1 :], eps)

            expected = numerical_gradient(layer, inputs[place], complex_step=True, dout=dout)
            hint = "The sums run over N*H*W numbers"
            close_to_own(got[place], expected, factor, rtol=1e-7, name=name, hint=hint)


# --- inputs ----------------------------------------------------------------------------------------------------------


INPUTS = {
    "conv_forward_naive": lambda rng: [*picture_arrays(rng, (1, 2, 4, 5), (2, 2, 2, 3)), {"stride": 1, "pad": 0}],
    "conv_forward_fast": lambda rng: [*picture_arrays(rng, (4, 2, 5, 5), (4, 2, 3, 2)), {"stride": 3, "pad": 1}],
    "im2col": lambda rng: [rng.standard_normal((2, 2, 5, 6)), 3, 2, 2, 1],
    "col2im": lambda rng: [rng.standard_normal((12, 20)), (1, 2, 4, 7), 2, 3, 2, 2],
    "max_pool_forward_naive": lambda rng: [rng.standard_normal((2, 1, 8, 5)), pooling(2, 4, 3)],
    "avg_pool_forward": lambda rng: [rng.standard_normal((3, 1, 4, 8)), pooling(1, 4, 2)],
    "spatial_batchnorm_forward": lambda rng: [
        rng.standard_normal((2, 3, 2, 3)),
        *rng.standard_normal((2, 3)),
        {"mode": "train"},
    ],
}
FORWARD_OF = {
    "conv_backward_naive": "conv_forward_naive",
    "max_pool_backward_naive": "max_pool_forward_naive",
    "avg_pool_backward": "avg_pool_forward",
    "spatial_batchnorm_backward": "spatial_batchnorm_forward",
}


@check(*INPUTS, points=0.5, side_condition=True)
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its arrays."""
    args = INPUTS[exercise](rng)
    arrays = [index for index, value in enumerate(args) if isinstance(value, np.ndarray)]
    unmodified(getattr(student, exercise), *args, inputs=arrays)


@check(*FORWARD_OF, points=0.5, side_condition=True)
def leaves_dout_alone(student, exercise, rng):
    """{exercise} does not modify dout."""
    require_dout_alone(student, FORWARD_OF[exercise], exercise, rng)


@check("conv_backward_fast", points=0)
def fast_leaves_dout_alone(student, rng):
    """conv_backward_fast does not modify dout."""
    require_dout_alone(student, "conv_forward_fast", "conv_backward_fast", rng)


def require_dout_alone(student, forward, backward, rng):
    out, cache = parts(getattr(student, forward)(*INPUTS[forward](rng)), "out", "cache")
    unmodified(getattr(student, backward), rng.standard_normal(np.shape(out)), cache, inputs=(0,))
