"""The public checks of conv.

Run them with `autograder check conv`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import time

import numpy as np

from autograder import Failure, Raised, check, close, equal, expect, parts, question, raises


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


def pooling(height, width, stride):
    """A pool_param."""
    return {"pool_height": height, "pool_width": width, "stride": stride}


def pooling_windows(x, pool_param):
    """All pooling windows of x: (N, C, H', W', ph, pw) view."""
    stride = pool_param["stride"]
    window = (pool_param["pool_height"], pool_param["pool_width"])
    return np.lib.stride_tricks.sliding_window_view(x, window, axis=(2, 3))[:, :, ::stride, ::stride]


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


q_parameters = question(
    "Two 5×5 layers, 3 → 4 → 10 channels, with biases.", hint="count one filter first, then its bias, then the filters"
)


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


q_windows_of_a_pixel = question(
    "Pixel (2, 2) of a 7×7 input under a 3×3 kernel with stride 2.",
    hint="in which rows can a window start that covers row 2?",
)

q_which_bug = question(
    "Right with padding, an empty dx without.", hint="which of the four would show with padding 0 only?"
)


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
