"""The public checks of conv.

Run them with `autograder check conv`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import time

import numpy as np

from autograder import Failure, check, close, equal, expect, raises
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


@check("q_parameters", points=0, public=True)
def predicts_the_parameters_of_two_layers(student, reference):
    """Two 5×5 layers, 3 → 4 → 10 channels, with biases."""
    answer = student.get("q_parameters")
    expect(answer is not None, "no answer yet: q_parameters is None")
    expect(
        answer == reference.get("q_parameters"),
        "not this number; count one filter first, then its bias, then the filters",
    )


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


@check("avg_pool_forward", points=2, public=True)
def mean_of_windows_side_by_side(student, reference, rng):
    """2×3 windows with stride 3."""
    x = rng.standard_normal((2, 3, 5, 7)) + 1.0
    pool_param = {"pool_height": 2, "pool_width": 3, "stride": 3}
    expected, _ = reference.avg_pool_forward(x, pool_param)
    out, _ = parts(student.avg_pool_forward(x, pool_param), 2, "out and cache")
    close(out, expected, rtol=1e-9, name="out", hint="The mean of each window and channel")


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
