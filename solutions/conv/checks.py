"""Checks of the convolution assignment.

Inputs are odd, non-square and small; upstream gradients are random. Oracles besides the reference: the Fourier
transform for the forward pass, finite differences, an explicit table of source pixels for im2col and col2im, sliding
windows for pooling, complex steps for batch normalisation.
"""

import time

import numpy as np

from autograder import Failure, check, close, equal, expect, numerical_gradient, raises, unmodified
from autograder.errors import Raised


def parts(result, count, names):
    """The parts of a returned tuple. Raises: Failure unless there are `count` of them."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == count,
        f"the function should return {count} things: {names}",
    )
    return result


def picture_arrays(rng, x_shape, w_shape):
    """Random images x, filters w and biases b for a convolution."""
    return rng.standard_normal(x_shape), rng.standard_normal(w_shape), rng.standard_normal(w_shape[0])


def distinct_values(rng, shape):
    """Random numbers of both signs, no two of them closer than 0.1: (shape) float array. For maxima without ties."""
    size = int(np.prod(shape))
    return 0.1 * (rng.permutation(size).reshape(shape) - size // 2) + 0.03


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


def pooling_windows(x, pool_param):
    """All pooling windows of x: (N, C, H', W', ph, pw) view."""
    stride = pool_param["stride"]
    window = (pool_param["pool_height"], pool_param["pool_width"])
    return np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))[:, :, ::stride, ::stride]


def normalise_by_channel(x, gamma, beta, eps):
    """Batch normalisation in training mode by flattening each channel; accepts complex x."""
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1)
    centred = rows - rows.sum(axis=1, keepdims=True) / rows.shape[1]
    variance = (centred * centred).sum(axis=1, keepdims=True) / rows.shape[1]
    normalised = gamma[:, None] * centred / np.sqrt(variance + eps) + beta[:, None]
    return np.moveaxis(normalised.reshape(x.shape[1], x.shape[0], *x.shape[2:]), 0, 1)


# --- conv_output_shape ---------------------------------------------------------------------------------------------


@check("conv_output_shape", points=2, public=True)
def known_output_sizes(student):
    """The sizes of some known layers, as two ints, height first."""
    whole = True
    sizes = {
        (32, 32, 5, 5, 1, 2): (32, 32),
        (7, 10, 3, 3, 1, 0): (5, 8),
        (12, 7, 2, 4, 2, 0): (6, 2),
        (227, 227, 11, 11, 4, 0): (55, 55),
    }
    for (args, expected), result in zip(sizes.items(), student.conv_output_shape.calls(sizes), strict=True):
        got = parts(result, 2, "out_h and out_w")
        equal(
            tuple(got),
            expected,
            name=f"conv_output_shape{args}",
            hint="Height first; is the kernel's width used for the width?",
        )
        whole = whole and all(np.asarray(value).dtype.kind in "iu" for value in got)
    expect(whole, "conv_output_shape should return ints, not floats: they will be used as array sizes")


@check("conv_output_shape", points=2)
def counts_the_windows_that_fit(student, rng):
    """For random layers, the size is the number of windows that fit."""
    sizes = {}
    for _ in range(12):
        h, w = (int(size) for size in rng.integers(6, 20, 2))
        kh, kw, stride, pad = (
            int(rng.integers(1, 6)),
            int(rng.integers(1, 6)),
            int(rng.integers(2, 5)),
            int(rng.integers(0, 4)),
        )
        fitting = (len(range(0, h + 2 * pad - kh + 1, stride)), len(range(0, w + 2 * pad - kw + 1, stride)))
        sizes[h, w, kh, kw, stride, pad] = fitting
    # One layer in which rounding, the padding's factor 2, the last + 1 and the two directions all matter.
    sizes[20, 31, 7, 5, 2, 4] = (11, 18)
    for result, expected in zip(student.conv_output_shape.calls(sizes), sizes.values(), strict=True):
        got = parts(result, 2, "out_h and out_w")
        equal(tuple(got), expected, name="the output size", hint="A window that would stick out does not count")


@check("conv_output_shape", points=1, public=True)
def refuses_a_kernel_that_does_not_fit(student):
    """ValueError when the kernel is larger than the padded input; a kernel that just fits gives size 1."""
    for args, expected, which in [
        ((3, 9, 4, 2, 3, 1), (1, 4), "a kernel that fits with its padding"),
        ((3, 9, 5, 2, 3, 1), (1, 4), "a kernel that just fits"),
        ((9, 3, 2, 5, 3, 1), (4, 1), "a kernel as wide as the frame"),
    ]:
        try:
            got = student.conv_output_shape(*args)
        except Raised as raised:
            if "ValueError" in raised.types:
                raise Raised(f"{which} is no error, conv_output_shape{args}: {raised.message}", raised.types) from None
            raise
        equal(tuple(got), expected, name=f"conv_output_shape{args}, {which}")
    raises(student.conv_output_shape, 3, 9, 6, 2, 3, 1, error=("ValueError",))
    raises(student.conv_output_shape, 9, 3, 2, 6, 3, 1, error=("ValueError",))


@check("q_output_height", points=0, public=True)
def predicts_the_output_height(student, reference):
    """20 rows, kernel of 7, stride 2, padding 4."""
    answer = student.get("q_output_height")
    expect(answer is not None, "no answer yet: q_output_height is None")
    expect(
        answer == reference.get("q_output_height"), "not this number; draw the padded column and count the top edges"
    )


# --- conv_param_count ----------------------------------------------------------------------------------------------


@check("conv_param_count", points=2, public=True)
def counts_two_small_layers(student):
    """5×5 layers from 3 to 4 and from 4 to 10 channels, without and with bias."""
    counts = {
        (5, 5, 3, 4, False): 300,
        (5, 5, 4, 10, False): 1000,
        (5, 5, 3, 4, True): 304,
        (5, 5, 4, 10, True): 1010,
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


@check("q_parameters", points=0, public=True)
def predicts_the_parameters_of_two_layers(student, reference):
    """Two 5×5 layers, 3 → 4 → 10 channels, with biases."""
    answer = student.get("q_parameters")
    expect(answer is not None, "no answer yet: q_parameters is None")
    expect(
        answer == reference.get("q_parameters"),
        "not this number; count one filter first, then its bias, then the filters",
    )


# --- conv_forward_naive --------------------------------------------------------------------------------------------


@check("conv_forward_naive", points=2, public=True)
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
        out, _ = parts(result, 2, "out and cache")
        expect(isinstance(out, np.ndarray), "out should be an array")
        equal(out.shape, expected, name=f"shape of out for x {x_shape}, w {w_shape}, stride {stride}, pad {pad}")


@check("conv_forward_naive", points=3, public=True)
def forward_without_padding(student, reference, rng):
    """Two images, three channels, stride 1, no padding."""
    x, w, b = picture_arrays(rng, (2, 3, 6, 5), (3, 3, 3, 3))
    conv_param = {"stride": 1, "pad": 0}
    expected, _ = reference.conv_forward_naive(x, w, b, conv_param)
    out, _ = parts(student.conv_forward_naive(x, w, b, conv_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="Does the sum run over all channels, and is the bias added once?")


@check("conv_forward_naive", points=3, public=True)
def forward_with_padding_and_stride(student, reference, rng):
    """Stride 2 and padding 1 on 7×6 images."""
    x, w, b = picture_arrays(rng, (2, 3, 7, 6), (4, 3, 3, 3))
    conv_param = {"stride": 2, "pad": 1}
    expected, _ = reference.conv_forward_naive(x, w, b, conv_param)
    out, _ = parts(student.conv_forward_naive(x, w, b, conv_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="Where does window (i, j) start, and what stands in the frame?")


@check("conv_forward_naive", points=2)
def a_single_weight_copies_a_shifted_image(student, rng):
    """A kernel with a single 1 copies one channel, shifted to where the 1 stands."""
    x = rng.standard_normal((1, 2, 5, 6))
    places = [(1, 0, 1), (0, 2, 2), (1, 1, 0)]
    single = np.zeros((3, 1, 2, 3, 3))
    for w, place in zip(single, places, strict=True):
        w[0, *place] = 1.0
    results = student.conv_forward_naive.calls((x, w, np.zeros(1), {"stride": 1, "pad": 0}) for w in single)
    for result, (c, u, v) in zip(results, places, strict=True):
        out, _ = parts(result, 2, "out and cache")
        close(
            out,
            x[:, c : c + 1, u : u + 3, v : v + 4],
            name="out",
            hint="Is the kernel laid on the window as it is, not turned?",
        )


@check("conv_forward_naive", points=3)
def forward_agrees_with_the_fourier_transform(student, rng):
    """Other shapes, strides and paddings: one image, one channel, kernels that are not square."""
    cases = []
    for x_shape, w_shape, stride, pad in [
        ((1, 1, 5, 8), (2, 1, 2, 4), 1, 2),
        ((3, 2, 7, 4), (1, 2, 4, 1), 2, 1),
        ((2, 4, 6, 9), (3, 4, 3, 2), 3, 0),
        ((1, 3, 4, 4), (2, 3, 1, 1), 2, 0),
    ]:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        cases.append((10.0 * x + 5.0, w, b, {"stride": stride, "pad": pad}))
    for result, (x, w, b, conv_param) in zip(student.conv_forward_naive.calls(cases), cases, strict=True):
        out, _ = parts(result, 2, "out and cache")
        close(
            out,
            correlate_by_fourier(x, w, b, **conv_param),
            rtol=1e-9,
            name="out",
            hint="Are height and width kept apart?",
        )


@check("conv_forward_naive", points=1)
def the_bias_shifts_each_map(student, rng):
    """With all weights zero every map is its filter's bias."""
    x = rng.standard_normal((2, 2, 4, 3))
    b = np.array([1.5, -2.0, 1000.0])
    out, _ = parts(
        student.conv_forward_naive(x, np.zeros((3, 2, 2, 2)), b, {"stride": 1, "pad": 1}), 2, "out and cache"
    )
    close(out, np.ones((2, 1, 5, 4)) * b[:, None, None], name="out", hint="One bias per filter, added once")


@check("conv_forward_naive", points=1)
def forward_leaves_its_inputs_alone(student, rng):
    """x, w and b are not modified, with and without padding."""
    for pad in (0, 1):
        x, w, b = picture_arrays(rng, (1, 2, 4, 5), (2, 2, 2, 3))
        unmodified(student.conv_forward_naive, x, w, b, {"stride": 1, "pad": pad}, inputs=(0, 1, 2))


@check("conv_forward_naive", points=1)
def a_kernel_as_large_as_the_input(student, rng):
    """A kernel that covers the whole padded image gives one number per filter: a scalar product."""
    x, w, b = picture_arrays(rng, (2, 2, 3, 4), (2, 2, 5, 6))
    out, _ = parts(student.conv_forward_naive(x, w, b, {"stride": 4, "pad": 1}), 2, "out and cache")
    expected = np.tensordot(x, w[:, :, 1:-1, 1:-1], axes=([1, 2, 3], [1, 2, 3])) + b
    close(out, expected[:, :, None, None], rtol=1e-9, name="out", hint="There is exactly one window here")


# --- conv_backward_naive -------------------------------------------------------------------------------------------


def student_gradients(student, x, w, b, conv_param, dout):
    """(dx, dw, db) of the student's own forward and backward pass, the cache handed on as it is."""
    return all_gradients(student, [(x, w, b, conv_param)], [dout])[0]


def all_gradients(student, layers, douts):
    """(dx, dw, db) of every layer, (x, w, b, conv_param): all forward passes first, then all backward passes."""
    results = student.conv_forward_naive.calls(layers)
    caches = [parts(result, 2, "out and cache")[1] for result in results]
    gradients = student.conv_backward_naive.calls(zip(douts, caches, strict=True))
    return [parts(each, 3, "dx, dw and db") for each in gradients]


@check("conv_backward_naive", points=2, public=True)
def gradient_of_the_bias(student, reference, rng):
    """db for two images and three filters."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 3))
    dout = rng.standard_normal((2, 3, 3, 2))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 1, "pad": 0})
    _, _, expected = reference.conv_backward_naive(dout, cache)
    _, _, db = student_gradients(student, x, w, b, {"stride": 1, "pad": 0}, dout)
    close(db, expected, rtol=1e-9, name="db", hint="Into which outputs did this bias go?")


@check("conv_backward_naive", points=3, public=True)
def gradient_of_the_weights(student, reference, rng):
    """dw for stride 1 without padding."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 3))
    dout = rng.standard_normal((2, 3, 3, 2))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 1, "pad": 0})
    _, expected, _ = reference.conv_backward_naive(dout, cache)
    _, dw, _ = student_gradients(student, x, w, b, {"stride": 1, "pad": 0}, dout)
    close(dw, expected, rtol=1e-9, name="dw", hint="Each window, weighted by its dout, is added up")


@check("conv_backward_naive", points=3, public=True)
def gradient_of_the_input(student, reference, rng):
    """dx for stride 1 without padding."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 3))
    dout = rng.standard_normal((2, 3, 3, 2))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 1, "pad": 0})
    expected, _, _ = reference.conv_backward_naive(dout, cache)
    dx, _, _ = student_gradients(student, x, w, b, {"stride": 1, "pad": 0}, dout)
    close(dx, expected, rtol=1e-9, name="dx", hint="Each window hands its dout times the filter back; windows overlap")


@check("conv_backward_naive", points=2, public=True)
def gradients_with_padding_and_stride(student, reference, rng):
    """dx, dw and db for stride 2 and padding 1."""
    x, w, b = picture_arrays(rng, (2, 3, 6, 5), (2, 3, 3, 3))
    dout = rng.standard_normal((2, 2, 3, 3))
    _, cache = reference.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
    expected = reference.conv_backward_naive(dout, cache)
    got = student_gradients(student, x, w, b, {"stride": 2, "pad": 1}, dout)
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        close(
            actual,
            wanted,
            rtol=1e-9,
            name=name,
            hint="Windows start at multiples of the stride; the frame is cut off at the end",
        )


@check("conv_backward_naive", points=3)
def input_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences where the stride does not divide and the kernel is not square."""
    layers, douts = [], []
    for x_shape, w_shape, stride, pad in [((2, 2, 4, 6), (2, 2, 2, 3), 2, 1), ((1, 1, 6, 5), (2, 1, 3, 2), 2, 0)]:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        layers.append((x, w, b, {"stride": stride, "pad": pad}))
        douts.append(rng.standard_normal(correlate_by_fourier(x, w, b, stride, pad).shape))
    gradients = all_gradients(student, layers, douts)
    for (dx, _, _), (x, w, b, conv_param), dout in zip(gradients, layers, douts, strict=True):
        expected = input_gradient(
            lambda images, w=w, b=0 * b, conv_param=conv_param: correlate_by_fourier(images, w, b, **conv_param),
            x.shape,
            dout,
        )
        close(dx, expected, rtol=1e-8, name="dx", hint="Pixels that no window sees get 0; overlapping windows add up")


@check("conv_backward_naive", points=3)
def weight_gradient_by_finite_differences(student, rng):
    """dw and db agree with finite differences for a wide frame and a kernel that is not square."""
    layers, douts = [], []
    for x_shape, w_shape, stride, pad in [((2, 3, 4, 5), (3, 3, 1, 2), 2, 2), ((1, 2, 5, 6), (2, 2, 3, 2), 3, 0)]:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        layers.append((x, w, b, {"stride": stride, "pad": pad}))
        douts.append(rng.standard_normal(correlate_by_fourier(x, w, b, stride, pad).shape))
    gradients = all_gradients(student, layers, douts)
    for (_, dw, db), (x, w, _, conv_param), dout in zip(gradients, layers, douts, strict=True):
        close(
            dw,
            weight_gradient(x, w.shape, dout, **conv_param),
            rtol=1e-8,
            name="dw",
            hint="The weight at (u, v) met the pixel u rows and v columns into each window",
        )
        close(db, np.einsum("nfij->f", dout), rtol=1e-9, name="db", hint="Nothing is divided here")


@check("conv_backward_naive", points=1)
def gradients_of_a_single_window(student, rng):
    """One image and one window: every gradient is a single product."""
    x, w, b = picture_arrays(rng, (1, 2, 3, 4), (2, 2, 3, 4))
    dout = rng.standard_normal((1, 2, 1, 1))
    dx, dw, db = student_gradients(student, x, w, b, {"stride": 5, "pad": 0}, dout)
    close(dx, np.tensordot(dout[:, :, 0, 0], w, axes=1), rtol=1e-9, name="dx", hint="Padding 0 is a padding, too")
    close(dw, dout[0, :, 0, 0, None, None, None] * x, rtol=1e-9, name="dw")
    close(db, dout[0, :, 0, 0], rtol=1e-9, name="db")


@check("conv_backward_naive", points=1)
def backward_leaves_its_input_alone(student, rng):
    """dout is not modified, and the same cache gives the same gradients again."""
    x, w, b = picture_arrays(rng, (2, 1, 4, 4), (2, 1, 3, 3))
    dout = rng.standard_normal((2, 2, 2, 2))
    _, cache = parts(student.conv_forward_naive(x, w, b, {"stride": 1, "pad": 0}), 2, "out and cache")
    first = unmodified(student.conv_backward_naive, dout, cache, inputs=(0,))
    second = student.conv_backward_naive(dout, cache)
    for name, one, two in zip(
        ("dx", "dw", "db"), parts(first, 3, "dx, dw and db"), parts(second, 3, "dx, dw and db"), strict=True
    ):
        close(two, one, name=f"{name} of the second call", hint="Was something in the cache changed by the first call?")


@check("q_windows_of_a_pixel", points=0, public=True)
def predicts_the_windows_of_a_pixel(student, reference):
    """Pixel (2, 2) of a 7×7 input under a 3×3 kernel with stride 2."""
    answer = student.get("q_windows_of_a_pixel")
    expect(answer is not None, "no answer yet: q_windows_of_a_pixel is None")
    expect(
        answer == reference.get("q_windows_of_a_pixel"),
        "not this number; in which rows can a window start that covers row 2?",
    )


@check("q_which_bug", points=0, public=True)
def finds_the_bug_of_a_fellow_student(student, reference):
    """Right with padding, an empty dx without."""
    answer = student.get("q_which_bug")
    expect(answer is not None, "no answer yet: q_which_bug is None")
    expect(isinstance(answer, str), f"q_which_bug = {answer!r}: the answer is a letter, in quotes")
    expect(
        answer.strip().lower() == reference.get("q_which_bug"),
        "not this one; which of the four would show with padding 0 only?",
    )


# --- im2col and col2im ---------------------------------------------------------------------------------------------


@check("im2col", points=2, public=True)
def the_worked_example(student):
    """The 3×3 image of the statement, and the same with 2×1 windows."""
    x = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    square, tall = student.im2col.calls([(x, 2, 2, 1, 0), (x, 2, 1, 1, 0)])
    close(square, np.array([[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]), name="cols")
    close(tall, np.array([[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 8, 9]]), name="cols for 2x1 windows")


@check("im2col", points=2, public=True)
def order_of_rows_and_columns(student, reference, rng):
    """Several images and channels: channel before window position, image before output position."""
    x = rng.standard_normal((2, 3, 5, 4))
    close(
        student.im2col(x, 3, 2, 1, 0),
        reference.im2col(x, 3, 2, 1, 0),
        name="cols",
        hint="Down a column the channel changes slowest; along a row the image changes slowest",
    )


@check("im2col", points=2)
def every_entry_comes_from_its_pixel(student, rng):
    """With stride and padding, every entry is the pixel that the statement names, and the frame is zero."""
    for x_shape, kh, kw, stride, pad in [
        ((2, 2, 5, 6), 3, 2, 2, 1),
        ((1, 1, 4, 7), 2, 4, 3, 2),
        ((3, 2, 6, 5), 1, 3, 2, 0),
    ]:
        x = rng.standard_normal(x_shape) + 3.0
        table = source_pixels(x_shape, kh, kw, stride, pad)
        expected = np.where(table >= 0, x.ravel()[table], 0.0)
        cols = unmodified(student.im2col, x, kh, kw, stride, pad, inputs=(0,))
        close(cols, expected, name="cols", hint="Windows start at multiples of the stride in the padded image")


@check("im2col", points=2)
def the_product_with_the_filters_is_the_convolution(student, rng):
    """Unrolled filters times cols is the convolution."""
    x, w, b = picture_arrays(rng, (3, 3, 6, 4), (2, 3, 3, 3))
    cols = student.im2col(x, 3, 3, 1, 1)
    expect(isinstance(cols, np.ndarray) and cols.ndim == 2, "cols should be a matrix")
    equal(cols.shape, (27, 72), name="shape of cols", hint="C*kh*kw rows and N*out_h*out_w columns")
    expected = np.moveaxis(correlate_by_fourier(x, w, 0.0 * b, 1, 1), 1, 0).reshape(2, -1)
    close(
        w.reshape(2, 27) @ cols,
        expected,
        rtol=1e-9,
        name="the filters times cols",
        hint="Do the rows follow the order of w?",
    )


@check("col2im", points=2, public=True)
def counts_the_overlaps(student):
    """A matrix of ones counts in how many windows each pixel lies."""
    overlapping, apart = student.col2im.calls(
        [(np.ones((4, 4)), (1, 1, 3, 3), 2, 2, 1, 0), (np.ones((2, 6)), (1, 1, 4, 5), 2, 1, 2, 0)]
    )
    counts = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]])
    close(overlapping, counts[None, None], name="x")
    every_other_column = np.tile([1.0, 0.0, 1.0, 0.0, 1.0], (4, 1))
    close(apart, every_other_column[None, None], name="x for stride 2")


@check("col2im", points=2, public=True)
def sums_with_padding(student, reference, rng):
    """Random columns, padding 1 and stride 2, several images and channels."""
    cols = rng.standard_normal((2 * 3 * 3, 2 * 3 * 3))
    close(
        student.col2im(cols, (2, 2, 5, 6), 3, 3, 2, 1),
        reference.col2im(cols, (2, 2, 5, 6), 3, 3, 2, 1),
        rtol=1e-9,
        name="x",
        hint="Add into a padded array, then cut the frame off",
    )


@check("col2im", points=3)
def every_entry_returns_to_its_pixel(student, rng):
    """Each entry is added to the pixel it came from, for windows that are not square."""
    for x_shape, kh, kw, stride, pad in [
        ((2, 3, 5, 4), 3, 2, 1, 0),
        ((1, 2, 4, 7), 2, 3, 2, 2),
        ((3, 1, 5, 5), 1, 2, 1, 1),
    ]:
        table = source_pixels(x_shape, kh, kw, stride, pad)
        cols = rng.standard_normal(table.shape)
        expected = np.bincount(table.ravel() + 1, weights=cols.ravel(), minlength=int(np.prod(x_shape)) + 1)[1:]
        got = unmodified(student.col2im, cols, x_shape, kh, kw, stride, pad, inputs=(0,))
        close(
            got, expected.reshape(x_shape), rtol=1e-9, name="x", hint="The order of rows and columns is that of im2col"
        )


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


@check("conv_forward_fast", points=2, public=True)
def fast_without_padding(student, reference, rng):
    """The fast forward pass, stride 1 without padding, several images."""
    x, w, b = picture_arrays(rng, (3, 2, 5, 6), (4, 2, 3, 3))
    conv_param = {"stride": 1, "pad": 0}
    expected, _ = reference.conv_forward_fast(x, w, b, conv_param)
    out, _ = parts(student.conv_forward_fast(x, w, b, conv_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="The product has its filters first, the result its images")


@check("conv_forward_fast", points=2, public=True)
def fast_with_padding_and_stride(student, reference, rng):
    """The fast forward pass, stride 2, padding 1, a kernel that is not square."""
    x, w, b = picture_arrays(rng, (2, 3, 7, 6), (4, 3, 3, 2))
    conv_param = {"stride": 2, "pad": 1}
    expected, _ = reference.conv_forward_fast(x, w, b, conv_param)
    out, _ = parts(student.conv_forward_fast(x, w, b, conv_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="The same sizes as in conv_forward_naive")


@check("conv_forward_fast", points=2)
def fast_agrees_with_the_fourier_transform(student, rng):
    """The fast forward pass on other shapes, its inputs left alone."""
    for x_shape, w_shape, stride, pad in [
        ((1, 1, 6, 4), (3, 1, 2, 4), 1, 2),
        ((2, 3, 4, 7), (1, 3, 4, 1), 2, 0),
        ((4, 2, 5, 5), (4, 2, 3, 2), 3, 1),
    ]:
        x, w, b = picture_arrays(rng, x_shape, w_shape)
        result = unmodified(student.conv_forward_fast, x, w, b, {"stride": stride, "pad": pad}, inputs=(0, 1, 2))
        out, _ = parts(result, 2, "out and cache")
        close(
            out,
            correlate_by_fourier(x, w, b, stride, pad),
            rtol=1e-9,
            name="out",
            hint="Does it hold for one image, too?",
        )


@check("conv_forward_fast", points=1)
def the_fast_cache_fits_the_naive_backward_pass(student, rng):
    """conv_backward_naive gives the same gradients from the fast cache as from the naive one."""
    x, w, b = picture_arrays(rng, (2, 2, 5, 4), (3, 2, 3, 2))
    dout = rng.standard_normal((2, 3, 3, 3))
    _, naive_cache = parts(student.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1}), 2, "out and cache")
    _, fast_cache = parts(student.conv_forward_fast(x, w, b, {"stride": 2, "pad": 1}), 2, "out and cache")
    results = student.conv_backward_naive.calls([(dout, naive_cache), (dout, fast_cache)])
    expected, got = (parts(result, 3, "dx, dw and db") for result in results)
    for name, actual, wanted in zip(("dx", "dw", "db"), got, expected, strict=True):
        close(actual, wanted, rtol=1e-9, name=f"{name} from the fast cache")


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


@check("conv_forward_fast", points=3, public=True, timeout_s=60)
def fast_is_fast(student, rng):
    """At least three times as fast as your naive version, or as a loop with one small product per window and filter."""
    # Even pictures and even filters, so that the right answer is a product that can be written down.
    shades, strengths, b = rng.integers(1, 9, 8) / 4, rng.integers(-8, 8, 16) / 4, rng.integers(-4, 5, 16) / 2
    x = np.ones((8, 3, 18, 18)) * shades[:, None, None, None]
    w = np.ones((16, 3, 3, 3)) * strengths[:, None, None, None]
    conv_param = {"stride": 1, "pad": 0}
    out, _ = parts(student.conv_forward_fast(x, w, b, conv_param), 2, "out and cache")
    expected = np.ones((8, 16, 16, 16)) * (27 * np.outer(shades, strengths) + b)[:, :, None, None]
    close(out, expected, rtol=1e-9, name="out", hint="Quick but wrong: see the other checks")
    # Other programs can only slow a call down, so the fastest call counts, and there are several rounds. Results are
    # kept on the student's side: sending a cache would take as long as making it.
    fast = naive = loop = float("inf")
    for calls in (1, 3, 3, 3):
        fast = min([fast, *(seconds_of(student.conv_forward_fast.keep, x, w, b, conv_param) for _ in range(calls))])
        loop = min(loop, seconds_of_a_loop(expected.size))
        if 3 * fast <= loop:
            return
        try:
            naive = min(naive, seconds_of(student.conv_forward_naive.keep, x, w, b, conv_param))
        except Failure:
            continue  # without a naive version the loop alone is the measure
        if 3 * fast <= naive:
            return
    raise Failure(
        f"conv_forward_fast takes {1e3 * fast:.1f} ms; a loop over all windows takes {1e3 * min(loop, naive):.1f} ms. "
        "Is there still a Python loop over windows or filters?"
    )


# --- pooling -------------------------------------------------------------------------------------------------------


@check("max_pool_forward_naive", points=2, public=True)
def max_pool_with_windows_side_by_side(student, reference, rng):
    """2×2 windows with stride 2; some windows hold negative numbers only."""
    x = distinct_values(rng, (2, 3, 4, 6)) - 3.0
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    expected, _ = reference.max_pool_forward_naive(x, pool_param)
    out, _ = parts(student.max_pool_forward_naive(x, pool_param), 2, "out and cache")
    close(out, expected, name="out", hint="The largest number of each window and channel, which may be negative")


@check("max_pool_forward_naive", points=2, public=True)
def max_pool_with_overlapping_windows(student, reference, rng):
    """3×2 windows with stride 2 on 6×7 maps: windows overlap in one direction and do not reach the edge."""
    x = distinct_values(rng, (2, 2, 6, 7))
    pool_param = {"pool_height": 3, "pool_width": 2, "stride": 2}
    expected, _ = reference.max_pool_forward_naive(x, pool_param)
    out, _ = parts(student.max_pool_forward_naive(x, pool_param), 2, "out and cache")
    close(out, expected, name="out", hint="Windows start at multiples of the stride, and the size is rounded down")


@check("max_pool_forward_naive", points=2)
def max_pool_agrees_with_sliding_windows(student, rng):
    """Max pooling for other windows and strides, all numbers negative."""
    cases = []
    for x_shape, ph, pw, stride in [((1, 3, 5, 8), 2, 3, 1), ((2, 1, 8, 5), 1, 4, 3), ((1, 2, 7, 4), 4, 2, 2)]:
        pool_param = {"pool_height": ph, "pool_width": pw, "stride": stride}
        cases.append((distinct_values(rng, x_shape) - 50.0, pool_param))
    for result, (x, pool_param) in zip(student.max_pool_forward_naive.calls(cases), cases, strict=True):
        out, _ = parts(result, 2, "out and cache")
        close(out, pooling_windows(x, pool_param).max(axis=(4, 5)), name="out", hint="There is no padding")


@check("max_pool_forward_naive", points=1)
def max_pool_of_a_whole_map(student, rng):
    """A window as large as the map keeps the largest number of each channel; x is not modified."""
    x = 1e6 * distinct_values(rng, (3, 2, 3, 5))
    pool_param = {"pool_height": 3, "pool_width": 5, "stride": 4}
    out, _ = parts(unmodified(student.max_pool_forward_naive, x, pool_param, inputs=(0,)), 2, "out and cache")
    close(
        out, np.sort(x.reshape(3, 2, 15), axis=2)[:, :, -1:, None], name="out", hint="There is exactly one window here"
    )


@check("max_pool_backward_naive", points=2, public=True)
def max_gradient_goes_to_the_winners(student, reference, rng):
    """2×2 windows with stride 2: each gradient goes to the winner of its window."""
    x = distinct_values(rng, (2, 3, 4, 6))
    dout = rng.standard_normal((2, 3, 2, 3))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    _, cache = reference.max_pool_forward_naive(x, pool_param)
    expected = reference.max_pool_backward_naive(dout, cache)
    _, cache = parts(student.max_pool_forward_naive(x, pool_param), 2, "out and cache")
    close(
        student.max_pool_backward_naive(dout, cache),
        expected,
        name="dx",
        hint="The winner gets all, the others nothing",
    )


@check("max_pool_backward_naive", points=2, public=True)
def a_winner_of_several_windows_collects(student, reference, rng):
    """Overlapping 3×3 windows: a pixel that wins several windows collects all their gradients."""
    x = distinct_values(rng, (2, 2, 5, 6))
    dout = rng.standard_normal((2, 2, 3, 4))
    pool_param = {"pool_height": 3, "pool_width": 3, "stride": 1}
    _, cache = reference.max_pool_forward_naive(x, pool_param)
    expected = reference.max_pool_backward_naive(dout, cache)
    _, cache = parts(student.max_pool_forward_naive(x, pool_param), 2, "out and cache")
    close(student.max_pool_backward_naive(dout, cache), expected, rtol=1e-9, name="dx", hint="Contributions add up")


@check("max_pool_backward_naive", points=2)
def max_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences for windows that are not square; dout is not modified."""
    cases = []
    for x_shape, ph, pw, stride in [((1, 2, 4, 7), 2, 4, 2), ((2, 1, 7, 4), 3, 2, 2)]:
        cases.append((distinct_values(rng, x_shape), {"pool_height": ph, "pool_width": pw, "stride": stride}))
    for result, (x, pool_param) in zip(student.max_pool_forward_naive.calls(cases), cases, strict=True):
        dout = rng.standard_normal(pooling_windows(x, pool_param).shape[:4])
        # Less than half the distance between two numbers: no winner changes, so the step is exact.
        steps = 1e-2 * np.eye(x[0].size).reshape(-1, *x.shape[1:])
        expected = np.empty(x.shape)
        for image, upstream, gradient in zip(x, dout, expected, strict=True):
            up, down = (pooling_windows(image + h, pool_param).max(axis=(4, 5)) for h in (steps, -steps))
            gradient.flat = np.einsum("kchw,chw->k", up - down, upstream) / 2e-2
        _, cache = parts(result, 2, "out and cache")
        dx = unmodified(student.max_pool_backward_naive, dout, cache, inputs=(0,))
        close(dx, expected, rtol=1e-8, name="dx", hint="Is the winner's row and column found with the right width?")


@check("max_pool_backward_naive", points=1)
def a_tie_creates_no_gradient(student, rng):
    """Where several entries are the largest, a window still sends back no more than its dout, and only to them."""
    x = np.round(rng.uniform(0.0, 1.2, (2, 2, 4, 6)))
    x[0, 0] = 0.0
    dout = rng.uniform(1.0, 2.0, (2, 2, 2, 3))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    _, cache = parts(student.max_pool_forward_naive(x, pool_param), 2, "out and cache")
    dx = student.max_pool_backward_naive(dout, cache)
    equal(np.shape(dx), x.shape, name="shape of dx")
    sent = pooling_windows(dx, pool_param)
    close(
        sent.sum(axis=(4, 5)),
        dout,
        rtol=1e-9,
        name="what each window sends back",
        hint="Among equals: one winner, or shares",
    )
    seen = pooling_windows(x, pool_param)
    expect(
        not np.any(sent[seen < seen.max(axis=(4, 5), keepdims=True)]), "an entry that is not the largest got a gradient"
    )


@check("avg_pool_forward", points=2, public=True)
def mean_of_windows_side_by_side(student, reference, rng):
    """2×3 windows with stride 3."""
    x = rng.standard_normal((2, 3, 5, 7)) + 1.0
    pool_param = {"pool_height": 2, "pool_width": 3, "stride": 3}
    expected, _ = reference.avg_pool_forward(x, pool_param)
    out, _ = parts(student.avg_pool_forward(x, pool_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="The mean of each window and channel")


@check("avg_pool_forward", points=2)
def mean_agrees_with_sliding_windows(student, rng):
    """Average pooling for other windows and strides; x is not modified."""
    for x_shape, ph, pw, stride in [((1, 2, 6, 5), 3, 2, 1), ((3, 1, 4, 8), 1, 4, 2), ((1, 1, 5, 4), 5, 4, 3)]:
        x = 100.0 * rng.standard_normal(x_shape)
        pool_param = {"pool_height": ph, "pool_width": pw, "stride": stride}
        out, _ = parts(unmodified(student.avg_pool_forward, x, pool_param, inputs=(0,)), 2, "out and cache")
        windows = pooling_windows(x, pool_param)
        close(out, windows.sum(axis=(4, 5)) / (ph * pw), rtol=1e-9, name="out", hint="The size is rounded down")


@check("avg_pool_backward", points=2, public=True)
def everyone_gets_the_same_share(student, reference, rng):
    """2×2 windows with stride 2 on 5×6 maps: every entry gets its share, the last row nothing."""
    x = rng.standard_normal((2, 2, 5, 6))
    dout = rng.standard_normal((2, 2, 2, 3))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    _, cache = reference.avg_pool_forward(x, pool_param)
    expected = reference.avg_pool_backward(dout, cache)
    _, cache = parts(student.avg_pool_forward(x, pool_param), 2, "out and cache")
    close(
        student.avg_pool_backward(dout, cache),
        expected,
        rtol=1e-9,
        name="dx",
        hint="With what factor went each entry in?",
    )


@check("avg_pool_backward", points=2)
def average_gradient_by_finite_differences(student, rng):
    """dx agrees with finite differences for overlapping windows that are not square; dout is not modified."""
    cases = []
    for x_shape, ph, pw, stride in [((2, 1, 6, 4), 3, 2, 1), ((1, 2, 4, 7), 2, 3, 2)]:
        cases.append((rng.standard_normal(x_shape), {"pool_height": ph, "pool_width": pw, "stride": stride}))
    for result, (x, pool_param) in zip(student.avg_pool_forward.calls(cases), cases, strict=True):
        dout = rng.standard_normal(pooling_windows(x, pool_param).shape[:4])
        expected = input_gradient(
            lambda images, pool_param=pool_param: pooling_windows(images, pool_param).mean(axis=(4, 5)), x.shape, dout
        )
        _, cache = parts(result, 2, "out and cache")
        dx = unmodified(student.avg_pool_backward, dout, cache, inputs=(0,))
        close(dx, expected, rtol=1e-8, name="dx", hint="Contributions of overlapping windows add up")


# --- spatial batch normalisation -----------------------------------------------------------------------------------


@check("spatial_batchnorm_forward", points=1, public=True)
def normalises_each_channel(student, reference, rng):
    """Training mode with the default eps on three channels of different mean and scale."""
    x = (
        rng.standard_normal((2, 3, 4, 5)) * np.array([1.0, 5.0, 0.01])[:, None, None]
        + np.array([0.0, 10.0, -1.0])[:, None, None]
    )
    gamma, beta = rng.standard_normal(3), rng.standard_normal(3)
    expected, _ = reference.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    out, _ = parts(student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), 2, "out and cache")
    close(out, expected, rtol=1e-8, name="out", hint="One mean and one variance per channel, over batch and space")


@check("spatial_batchnorm_forward", points=1, public=True)
def keeps_running_statistics(student, reference, rng):
    """Two steps of training update running_mean and running_var in the dict that was passed."""
    start = {
        "mode": "train",
        "eps": 1e-3,
        "momentum": 0.7,
        "running_mean": rng.standard_normal(3),
        "running_var": np.array([1.0, 2.0, 0.5]),
    }
    theirs, ours = student.put(start), reference.put(start)
    batches = 3.0 * rng.standard_normal((2, 2, 3, 2, 3)) + 1.0
    student.spatial_batchnorm_forward.calls((x, np.ones(3), np.zeros(3), theirs) for x in batches)
    reference.spatial_batchnorm_forward.calls((x, np.ones(3), np.zeros(3), ours) for x in batches)
    got, expected = theirs.value(), ours.value()
    for key in ("running_mean", "running_var"):
        expect(key in got, f"bn_param has no {key!r} after training")
        close(
            got[key],
            expected[key],
            rtol=1e-8,
            name=f"bn_param[{key!r}]",
            hint="momentum weighs the old value; biased variance",
        )


@check("spatial_batchnorm_forward", points=1)
def inference_uses_the_running_statistics(student, rng):
    """In test mode the running statistics are used and stay as they are; running statistics start as zeros."""
    x = rng.standard_normal((2, 2, 3, 4))
    gamma, beta = np.array([2.0, -1.0]), np.array([0.5, 3.0])
    running_mean, running_var = np.array([0.3, -2.0]), np.array([4.0, 0.25])
    bn_param = student.put(
        {"mode": "test", "eps": 0.1, "momentum": 0.9, "running_mean": running_mean, "running_var": running_var}
    )
    out, _ = parts(student.spatial_batchnorm_forward(x, gamma, beta, bn_param), 2, "out and cache")
    expected = np.empty(x.shape)
    for c in range(2):
        expected[:, c] = gamma[c] * (x[:, c] - running_mean[c]) / (running_var[c] + 0.1) ** 0.5 + beta[c]
    close(out, expected, rtol=1e-8, name="out", hint="No statistics of this batch in test mode")
    after = bn_param.value()
    close(after["running_mean"], running_mean, name="bn_param['running_mean']", hint="Test mode does not change it")
    close(after["running_var"], running_var, name="bn_param['running_var']", hint="Test mode does not change it")
    bn_param = student.put({"mode": "train"})
    student.spatial_batchnorm_forward(x, gamma, beta, bn_param)
    after = bn_param.value()
    expect("running_mean" in after and "running_var" in after, "training did not store running_mean and running_var")
    moments = x.transpose(1, 0, 2, 3).reshape(2, -1)
    close(
        after["running_mean"], moments.sum(axis=1) / 24 / 10, rtol=1e-8, name="bn_param['running_mean'] from the start"
    )
    close(after["running_var"], moments.std(axis=1) ** 2 / 10, rtol=1e-8, name="bn_param['running_var'] from the start")
    raises(student.spatial_batchnorm_forward, x, gamma, beta, {"mode": "training"}, error=("ValueError",))


@check("spatial_batchnorm_forward", points=1)
def eps_keeps_a_constant_channel_finite(student, rng):
    """A constant channel, a single image and a large eps; inputs are not modified."""
    x = (
        rng.standard_normal((1, 3, 3, 5)) * np.array([1e3, 0.1, 0.0])[:, None, None]
        + np.array([0.0, 5.0, 7.0])[:, None, None]
    )
    gamma, beta = rng.standard_normal(3), rng.standard_normal(3)
    for eps in (1e-5, 0.5):
        bn_param = {"mode": "train", "eps": eps}
        result = unmodified(student.spatial_batchnorm_forward, x, gamma, beta, bn_param, inputs=(0, 1, 2))
        out, _ = parts(result, 2, "out and cache")
        close(
            out,
            normalise_by_channel(x, gamma, beta, eps),
            rtol=1e-8,
            name="out",
            hint="eps is added to the variance, under the root",
        )


@check("spatial_batchnorm_backward", points=1, public=True)
def gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta."""
    x, gamma, beta = 2.0 * rng.standard_normal((2, 3, 4, 3)) + 1.0, rng.standard_normal(3), rng.standard_normal(3)
    dout = rng.standard_normal((2, 3, 4, 3)) + 0.5
    _, cache = reference.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    _, dgamma_expected, dbeta_expected = reference.spatial_batchnorm_backward(dout, cache)
    _, cache = parts(student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), 2, "out and cache")
    _, dgamma, dbeta = parts(student.spatial_batchnorm_backward(dout, cache), 3, "dx, dgamma and dbeta")
    close(dgamma, dgamma_expected, rtol=1e-8, name="dgamma", hint="gamma multiplied the normalised x")
    close(dbeta, dbeta_expected, rtol=1e-8, name="dbeta", hint="beta went into every entry of its channel")


@check("spatial_batchnorm_backward", points=1, public=True)
def gradient_through_mean_and_variance(student, reference, rng):
    """dx, with the paths through the mean and the variance."""
    x, gamma, beta = 2.0 * rng.standard_normal((2, 3, 4, 3)) + 1.0, rng.standard_normal(3), rng.standard_normal(3)
    dout = rng.standard_normal((2, 3, 4, 3)) + 0.5
    _, cache = reference.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
    expected, _, _ = reference.spatial_batchnorm_backward(dout, cache)
    _, cache = parts(student.spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"}), 2, "out and cache")
    dx, _, _ = parts(student.spatial_batchnorm_backward(dout, cache), 3, "dx, dgamma and dbeta")
    close(dx, expected, rtol=1e-8, name="dx", hint="x went into the mean and into the variance, too")


@check("spatial_batchnorm_backward", points=2)
def batchnorm_gradients_by_complex_step(student, rng):
    """All three gradients agree with complex-step derivatives, also for one image and a large eps."""
    cases = []
    for shape, eps in [((1, 2, 3, 4), 0.3), ((3, 2, 2, 1), 1e-5)]:
        x, gamma, beta = rng.standard_normal(shape) + 2.0, rng.standard_normal(2), rng.standard_normal(2)
        cases.append((x, gamma, beta, {"mode": "train", "eps": eps}))
    for result, (x, gamma, beta, bn_param) in zip(student.spatial_batchnorm_forward.calls(cases), cases, strict=True):
        dout = rng.standard_normal(x.shape) + 1.0

        def loss(x, gamma, beta, eps=bn_param["eps"], dout=dout):
            return (normalise_by_channel(x, gamma, beta, eps) * dout).sum()

        _, cache = parts(result, 2, "out and cache")
        result = unmodified(student.spatial_batchnorm_backward, dout, cache, inputs=(0,))
        dx, dgamma, dbeta = parts(result, 3, "dx, dgamma and dbeta")
        wanted = numerical_gradient(lambda z, g=gamma, s=beta, loss=loss: loss(z, g, s), x, complex_step=True)
        close(dx, wanted, rtol=1e-7, name="dx", hint="The mean runs over N*H*W numbers")
        wanted = numerical_gradient(lambda z, x=x, s=beta, loss=loss: loss(x, z, s), gamma, complex_step=True)
        close(dgamma, wanted, rtol=1e-7, name="dgamma")
        wanted = numerical_gradient(lambda z, x=x, g=gamma, loss=loss: loss(x, g, z), beta, complex_step=True)
        close(dbeta, wanted, rtol=1e-7, name="dbeta")
