"""Checks of the kinds of convolution.

Images are small, odd and not square. Oracles besides the reference: sums written as plain loops that look at every
index, the matrix of a convolution and its transpose, splitting into phases, composite kernels, and counting one by one.
"""

import numpy as np

from autograder import check, close, equal, expect, parts, question, raises, unmodified


def arrays(rng, *shapes):
    """Random arrays of these shapes."""
    return [rng.standard_normal(shape) for shape in shapes]


# Oracles, used by hidden checks only.


def by_loops(x, w, b, stride=1, pad=0, dilation=1, groups=1):
    """A convolution as the sum over every index, without padding anything.

    x: (N, C, H, W), w: (F, C/groups, HH, WW), b: (F,) -> (N, F, H', W').
    """
    per_group, filters_per_group = w.shape[1], len(w) // groups
    tops = range(-pad, x.shape[2] + pad - dilation * (w.shape[2] - 1), stride)
    lefts = range(-pad, x.shape[3] + pad - dilation * (w.shape[3] - 1), stride)
    out = np.empty((len(x), len(w), len(tops), len(lefts)))
    for f, (i, top), (j, left) in ((f, t, s) for f in range(len(w)) for t in enumerate(tops) for s in enumerate(lefts)):
        total = np.full(len(x), float(b[f]))
        for c, u, v in np.ndindex(w.shape[1:]):
            row, column = top + dilation * u, left + dilation * v
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                total += x[:, f // filters_per_group * per_group + c, row, column] * w[f, c, u, v]
        out[:, f, i, j] = total
    return out


def transposed_by_matrix(x, w, b, stride, pad, output_padding):
    """The transpose of the matrix of the convolution that takes an image of the output's size to one of x's size."""
    shape = tuple(
        (n - 1) * stride + k - 2 * pad + output_padding for n, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    size = w.shape[1] * shape[0] * shape[1]
    responses = by_loops(np.eye(size).reshape(size, w.shape[1], *shape), w, np.zeros(len(w)), stride, pad)
    gathered = responses.reshape(size, -1) @ x.reshape(len(x), -1).T
    return gathered.T.reshape(len(x), w.shape[1], *shape) + b[:, None, None]


def separable_by_loops(x, dw, pw, stride, pad):
    """Depthwise, then pointwise, with dw as the kernels of a convolution in as many groups as channels."""
    kernels = dw.reshape(-1, 1, *dw.shape[2:])
    maps = by_loops(x, kernels, np.zeros(len(kernels)), stride, pad, groups=len(dw))
    return by_loops(maps, pw[:, :, None, None], np.zeros(len(pw)))


def counted(kind, cin, cout, k, h, w, stride=1, pad=0, dilation=1, groups=1, multiplier=1):
    """(params, macs) with weights that are made and windows that are listed."""

    def starts(length, taps, step, frame, spread=1):
        return len(
            [at for at in range(length + 2 * frame) if at % step == 0 and at + spread * (taps - 1) < length + 2 * frame]
        )

    rows, columns = starts(h, k, stride, pad, dilation), starts(w, k, stride, pad, dilation)
    if kind == "transposed":
        steps = [(np.ones((cin, cout, k, k)), h * w)]
    elif kind == "depthwise_separable":
        steps = [
            (np.ones((cin, multiplier, k, k)), rows * columns),
            (np.ones((cout, cin * multiplier)), rows * columns),
        ]
    elif kind == "spatially_separable":
        steps = [(np.ones((cout, cin, k, 1)), rows * w), (np.ones((cout, cout, 1, k)), rows * columns)]
    else:
        steps = [(np.ones((cout, cin // groups, k, k)), rows * columns)]
    return sum(weights.size for weights, _ in steps), sum(weights.size * positions for weights, positions in steps)


def span_by_tracing(layers):
    """Which pixels one output pixel depends on, followed back layer by layer: their span."""
    seen = {0}
    for kernel, stride, dilation in reversed(layers):
        seen = {at * stride + tap * dilation for at in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1


INPUTS = {
    "conv1x1": ([(2, 3, 2, 4), (4, 3), (4,)], ()),
    "dilated_conv": ([(1, 2, 6, 7), (2, 2, 3, 2), (2,)], (1, 1, 2)),
    "transposed_conv": ([(1, 2, 3, 2), (2, 3, 3, 2), (3,)], (2, 1, 1)),
    "grouped_conv": ([(1, 4, 4, 5), (2, 2, 3, 2), (2,)], (2, 1, 1)),
    "depthwise_separable_conv": ([(1, 2, 4, 5), (2, 2, 3, 2), (3, 4)], (1, 1)),
    "separable_kernel": ([(3, 4)], ()),
}


@check(*INPUTS, points=0.5, public=True, side_condition=True)
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    shapes, settings = INPUTS[exercise]
    inputs = arrays(rng, *shapes)
    unmodified(getattr(student, exercise), *inputs, *settings, inputs=range(len(inputs)))


# --- conv1x1 -------------------------------------------------------------------------------------------------------


@check("conv1x1", points=2, public=True)
def mixes_the_channels_of_each_pixel(student, reference, rng):
    """conv1x1 mixes 3 channels into 4 at each pixel of two images, and adds the biases."""
    x, w, b = arrays(rng, (2, 3, 4, 5), (4, 3), (4,))
    close(student.conv1x1(x, w, b), reference.conv1x1(x, w, b), name="out", hint="The sum runs over channels only.")


@check("conv1x1", points=2, public=True)
def reads_a_filter_from_a_row(student, reference, rng):
    """With as many filters as channels, row f of w is filter f."""
    x, w, b = arrays(rng, (1, 3, 3, 3), (3, 3), (3,))
    close(
        student.conv1x1(x, w, b),
        reference.conv1x1(x, w, b),
        name="out",
        hint="Rows of w are filters, columns channels.",
    )


@check("conv1x1", points=2.5)
def mixing_agrees_with_plain_loops(student, rng):
    """conv1x1 agrees with sums written as loops: one channel, one filter, one pixel, many images."""
    cases = [arrays(rng, (n, c, h, w), (f, c), (f,)) for n, c, f, h, w in
             [(1, 1, 3, 2, 5), (3, 4, 1, 4, 2), (2, 5, 2, 1, 1), (4, 2, 2, 3, 2)]]  # fmt: skip
    for out, (x, w, b) in zip(student.conv1x1.calls(cases), cases, strict=True):
        close(out, by_loops(x, w[:, :, None, None], b), name=f"out for x {x.shape} and w {w.shape}")


@check("conv1x1", points=1)
def permutes_channels(student, rng):
    """A permutation matrix with scales as w reorders the channels and leaves every pixel where it is."""
    x, order, scales = rng.standard_normal((2, 4, 2, 3)), rng.permutation(4), rng.uniform(1, 2, 4)
    w = np.zeros((4, 4))
    w[np.arange(4), order] = scales
    close(student.conv1x1(x, w, np.zeros(4)), x[:, order] * scales[:, None, None], name="out")


# --- dilated_conv --------------------------------------------------------------------------------------------------

SPAN = "How many rows does a kernel span from its first tap to its last?"


@check("dilated_conv", points=3, public=True)
def skips_every_second_pixel(student, reference, rng):
    """dilated_conv with dilation 2: the row of the text, then two images of two channels."""
    row = np.array([3.0, 1, 4, 1, 5, 9, 2])[None, None, None]
    out = student.dilated_conv(row, np.array([1.0, 2, -1])[None, None, None], np.zeros(1), 1, 0, 2)
    close(out, np.array([6.0, -6, 12])[None, None, None], name="out of the example in the text", hint=SPAN)
    x, w, b = arrays(rng, (2, 2, 7, 8), (3, 2, 3, 3), (3,))
    close(student.dilated_conv(x, w, b, 1, 0, 2), reference.dilated_conv(x, w, b, 1, 0, 2), name="out", hint=SPAN)


@check("dilated_conv", points=2, public=True)
def dilates_with_stride_and_padding(student, reference, rng):
    """dilated_conv with dilation 3, stride 2 and padding 2, for kernels of 3×2."""
    x, w, b = arrays(rng, (2, 3, 8, 7), (2, 3, 3, 2), (2,))
    expected = reference.dilated_conv(x, w, b, 2, 2, 3)
    hint = "The stride is the step between windows, the dilation the step between taps."
    close(student.dilated_conv(x, w, b, 2, 2, 3), expected, name="out", hint=hint)


@check("dilated_conv", points=1, public=True, side_condition=True)
def dilated_output_has_the_right_shape(student, rng):
    """The output has the size that the span of the kernel leaves."""
    cases = {(9, 8, 3, 2, 1, 0, 3): (3, 5), (7, 10, 2, 4, 2, 1, 2): (4, 3), (6, 5, 1, 3, 3, 2, 4): (4, 1)}
    calls = [(*arrays(rng, (1, 1, h, w), (2, 1, kh, kw), (2,)), s, p, d) for h, w, kh, kw, s, p, d in cases]
    for out, (case, (rows, columns)) in zip(student.dilated_conv.calls(calls), cases.items(), strict=True):
        equal(
            np.shape(out),
            (1, 2, rows, columns),
            name=f"shape of out for (H, W, HH, WW, stride, pad, dilation) = {case}",
            hint=SPAN,
        )


@check("dilated_conv", points=4)
def dilation_agrees_with_plain_loops(student, rng):
    """dilated_conv agrees with sums written as loops, for dilations, strides and paddings from none to 3."""
    cases = []
    for x_shape, w_shape, stride, pad, dilation in [
        ((1, 1, 6, 9), (2, 1, 2, 3), 1, 1, 2),
        ((2, 3, 9, 7), (2, 3, 3, 2), 2, 3, 3),
        ((3, 2, 5, 4), (1, 2, 3, 3), 1, 1, 1),
        ((1, 2, 8, 5), (3, 2, 1, 2), 3, 0, 4),
        ((1, 1, 10, 11), (1, 1, 4, 2), 3, 2, 2),
        ((2, 2, 4, 3), (2, 2, 1, 1), 2, 1, 3),
    ]:
        cases.append((*arrays(rng, x_shape, w_shape, w_shape[:1]), stride, pad, dilation))
    for out, case in zip(student.dilated_conv.calls(cases), cases, strict=True):
        close(out, by_loops(*case), name=f"out for (stride, pad, dilation) = {case[3:]}", hint=SPAN)


@check("dilated_conv", points=2)
def one_tap_copies_a_shifted_image(student, rng):
    """A kernel with a single weight copies the image, shifted by the dilation times where the weight stands."""
    x, b = rng.standard_normal((1, 1, 9, 10)), np.zeros(1)
    places, factors = [(0, 0), (2, 1), (1, 2), (0, 2)], rng.uniform(1, 2, 4)
    kernels = np.zeros((4, 1, 1, 3, 3))
    for w, (u, v), factor in zip(kernels, places, factors, strict=True):
        w[0, 0, u, v] = factor
    results = student.dilated_conv.calls((x, w, b, 1, 0, 3) for w in kernels)
    for out, (u, v), factor in zip(results, places, factors, strict=True):
        copied = factor * x[:, :, 3 * u : 3 * u + 3, 3 * v : 3 * v + 4]
        close(out, copied, name=f"out for a weight at {u, v}", hint="Is the kernel laid on the window as it is?")


@check("dilated_conv", points=1.5)
def works_on_each_phase_by_itself(student, rng):
    """With dilation d the image falls into d×d images of every d-th pixel, each convolved without dilation."""
    for d in (2, 3):
        x, w, b = arrays(rng, (1, 2, 3 * d, 4 * d), (2, 2, 2, 3), (2,))
        out = student.dilated_conv(x, w, b, 1, 0, d)
        equal(np.shape(out), (1, 2, 2 * d, 2 * d), name="shape of out", hint=SPAN)
        for a, c in np.ndindex(d, d):
            close(
                out[:, :, a::d, c::d],
                by_loops(x[:, :, a::d, c::d], w, b),
                name=f"rows {a}::{d}, columns {c}::{d} of out",
            )


q_span = question("The span of a 5×5 kernel with dilation 3.", hint="draw five taps and count the rows between them")


# --- receptive_field -----------------------------------------------------------------------------------------------


def layer(rng):
    """A random layer (kernel, stride, dilation)."""
    return tuple(int(rng.integers(low, high)) for low, high in ((2, 6), (2, 4), (1, 4)))


@check("receptive_field", points=2, public=True)
def sees_the_span_of_one_layer(student, reference, rng):
    """receptive_field of one layer, with and without dilation."""
    stacks = [
        [(int(rng.integers(4, 12)), 1, 1)],
        [(int(rng.integers(4, 12)), 1, int(rng.integers(2, 9)))],
        [layer(rng)],
    ]
    for layers, got in zip(stacks, student.receptive_field.calls((layers,) for layers in stacks), strict=True):
        equal(got, reference.receptive_field(layers), name=f"receptive_field({layers})", hint=SPAN)


@check("receptive_field", points=2.5, public=True)
def sees_through_strides(student, reference, rng):
    """receptive_field of the three layers of the text, then of three layers with strides."""
    equal(student.receptive_field([(3, 1, 1), (3, 2, 1), (3, 1, 2)]), 13, name="that of the example in the text")
    layers = [layer(rng) for _ in range(3)]
    hint = "How many input pixels apart are two neighbors in the map that a layer reads?"
    equal(
        student.receptive_field(layers), reference.receptive_field(layers), name=f"receptive_field({layers})", hint=hint
    )


@check("receptive_field", points=0.5, public=True, side_condition=True)
def sees_one_pixel_without_layers(student):
    """receptive_field of no layers is 1."""
    equal(student.receptive_field([]), 1, name="receptive_field([])")


@check("receptive_field", points=3)
def spans_what_is_traced_back(student, rng):
    """receptive_field is the span of the pixels that are traced back from one output, for stacks of 2 to 4 layers."""
    stacks = [[layer(rng) for _ in range(depth)] for depth in (2, 3, 3, 4)]
    stacks.append([(1, 2, 1), (3, 3, 1), (1, 1, 3), (2, 2, 2)])
    for layers, got in zip(stacks, student.receptive_field.calls((layers,) for layers in stacks), strict=True):
        equal(got, span_by_tracing(layers), name=f"receptive_field({layers})")


@check("receptive_field", points=1)
def grows_as_the_closed_forms(student, rng):
    """n layers of 3×3 see 2n + 1 pixels; with dilations or strides that double, 2^(n+1) - 1."""
    n = int(rng.integers(4, 10))
    stacks = {
        f"{n} layers (3, 1, 1)": ([(3, 1, 1)] * n, 2 * n + 1),
        f"{n} layers (3, 1, 2^i)": ([(3, 1, 2**i) for i in range(n)], 2 ** (n + 1) - 1),
        f"{n} layers (3, 2, 1)": ([(3, 2, 1)] * n, 2 ** (n + 1) - 1),
    }
    results = student.receptive_field.calls((layers,) for layers, _ in stacks.values())
    for (name, (_, expected)), got in zip(stacks.items(), results, strict=True):
        equal(got, expected, name=f"the receptive field of {name}")


@check("receptive_field", points=1)
def the_last_stride_changes_nothing(student, rng):
    """A layer's own stride matters to later layers only."""
    first, (kernel, stride, dilation) = layer(rng), layer(rng)
    stacks = [[first, (kernel, s, dilation)] for s in (stride, stride + 3)]
    for got in student.receptive_field.calls((layers,) for layers in stacks):
        equal(got, span_by_tracing(stacks[0]), name="the receptive field", hint="Which layers does a stride stretch?")


q_stack = question(
    "Three layers of kernel size 3, the first two with stride 2.", hint="write down r and the jump, row by row"
)


# --- transposed_conv -----------------------------------------------------------------------------------------------

STAMPS = "Each input pixel adds a copy of the kernel, scaled by it, to the canvas."


@check("transposed_conv", points=3, public=True)
def stamps_kernels(student, reference, rng):
    """transposed_conv with stride 1, from 2 to 3 channels."""
    x, w, b = arrays(rng, (2, 2, 4, 3), (2, 3, 3, 2), (3,))
    close(
        student.transposed_conv(x, w, b, 1, 0, 0), reference.transposed_conv(x, w, b, 1, 0, 0), name="out", hint=STAMPS
    )


@check("transposed_conv", points=3, public=True)
def enlarges_with_stride_padding_and_output_padding(student, reference, rng):
    """transposed_conv with stride 2, padding 1 and output padding 1: the row of the text, then two images."""
    row, kernel = np.array([[2.0], [1.0]])[None, None], np.array([[1.0, 0], [2, 0], [3, 0]])[None, None]
    out = student.transposed_conv(row, kernel, np.zeros(1), 2, 0, 0)
    close(
        np.asarray(out)[..., :1],
        np.array([2.0, 4, 7, 2, 3])[None, None, :, None],
        name="out of the example in the text",
        hint=STAMPS,
    )
    x, w, b = arrays(rng, (2, 2, 3, 4), (2, 3, 3, 3), (3,))
    expected = reference.transposed_conv(x, w, b, 2, 1, 1)
    hint = "The frame is cropped from the canvas after the output padding has been added to it."
    close(student.transposed_conv(x, w, b, 2, 1, 1), expected, name="out", hint=hint)


@check("transposed_conv", points=2, public=True)
def satisfies_the_identity_of_the_inner_products(student, rng):
    """<conv(x), y> = <x, transposed_conv(y)> for a convolution with stride 2 and padding 1."""
    x, w, y = arrays(rng, (1, 2, 8, 7), (3, 2, 3, 3), (1, 3, 4, 4))
    framed = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    gathered = np.zeros(y.shape)
    for i, j in np.ndindex(4, 4):
        gathered[:, :, i, j] = np.tensordot(
            framed[:, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3], w, ([1, 2, 3], [1, 2, 3])
        )
    wide = student.transposed_conv(
        y, w, np.zeros(2), 2, 1, 1
    )  # 8 rows and 8 columns; the convolution never saw column 7
    equal(np.shape(wide), (1, 2, 8, 8), name="shape of out")
    terms = x * np.asarray(wide, dtype=float)[..., :7]
    close(
        terms.sum(),
        np.sum(gathered * y),
        atol=1e-5 * np.abs(terms).sum(),
        name="<x, transposed_conv(y)>",
        hint="With this w, stride and pad it must be the transpose of the convolution.",
    )


@check("transposed_conv", points=1, public=True, side_condition=True)
def transposed_output_has_the_right_shape(student, rng):
    """The output has (H - 1) stride + HH - 2 pad + output_padding rows."""
    cases = {(4, 3, 5, 2, 3, 0, 2): (16, 10), (3, 5, 3, 4, 2, 1, 0): (5, 10), (1, 2, 4, 3, 4, 1, 3): (5, 8)}
    calls = [(*arrays(rng, (1, 2, h, w), (2, 1, kh, kw), (1,)), s, p, o) for h, w, kh, kw, s, p, o in cases]
    for out, (case, (rows, columns)) in zip(student.transposed_conv.calls(calls), cases.items(), strict=True):
        name = f"shape of out for (H, W, HH, WW, stride, pad, output_padding) = {case}"
        equal(np.shape(out), (1, 1, rows, columns), name=name)


@check("transposed_conv", points=3)
def is_the_transpose_of_the_matrix(student, rng):
    """transposed_conv agrees with the transposed matrix of the convolution, for several strides and paddings."""
    cases = []
    for x_shape, w_shape, stride, pad, output_padding in [
        ((1, 1, 3, 4), (1, 2, 2, 3), 1, 1, 0),
        ((2, 3, 3, 2), (3, 2, 4, 3), 2, 1, 0),
        ((1, 2, 2, 3), (2, 1, 3, 5), 3, 0, 2),
        ((3, 1, 2, 2), (1, 1, 4, 5), 3, 2, 1),
        ((1, 2, 1, 3), (2, 3, 3, 3), 2, 1, 1),
    ]:
        cases.append((*arrays(rng, x_shape, w_shape, w_shape[1:2]), stride, pad, output_padding))
    for out, case in zip(student.transposed_conv.calls(cases), cases, strict=True):
        close(out, transposed_by_matrix(*case), name=f"out for (stride, pad, output_padding) = {case[3:]}", hint=STAMPS)


@check("transposed_conv", points=2)
def one_pixel_leaves_one_stamp(student, rng):
    """A single pixel leaves its kernels, as they are, at its place; everywhere else is the bias."""
    w, b, value = *arrays(rng, (2, 3, 3, 2), (3,)), rng.uniform(1, 2)
    x = np.zeros((1, 2, 3, 4))
    x[0, 1, 1, 2] = value
    expected = np.zeros((1, 3, 7, 8)) + b[:, None, None]
    expected[0, :, 2:5, 4:6] += value * w[1]
    close(
        student.transposed_conv(x, w, b, 2, 0, 0),
        expected,
        name="out",
        hint="Is the stamp turned, or at another place?",
    )


@check("transposed_conv", points=1.5)
def leaves_gaps_between_small_stamps(student, rng):
    """With a stride larger than the kernel the gaps and the added rows hold the bias alone."""
    x, w, b = arrays(rng, (1, 2, 2, 3), (2, 2, 2, 1), (2,))
    expected = np.zeros((1, 2, 7, 9)) + b[:, None, None]
    for i, j in np.ndindex(2, 3):
        expected[0, :, 3 * i : 3 * i + 2, 3 * j] += x[0, 0, i, j] * w[0, :, :, 0] + x[0, 1, i, j] * w[1, :, :, 0]
    close(student.transposed_conv(x, w, b, 3, 0, 2), expected, name="out", hint="Where do the added rows lie?")


@check("transposed_conv", points=1)
def repeats_pixels_with_constant_kernels(student, rng):
    """With s×s kernels of one value each and stride s, the mixed channels are repeated s times in both directions."""
    for s in (2, 3):
        x, values = arrays(rng, (2, 2, 3, 2), (2, 3))
        w = values[:, :, None, None] * np.ones((s, s))
        expected = by_loops(x, values.T[:, :, None, None], np.zeros(3)).repeat(s, axis=2).repeat(s, axis=3)
        close(student.transposed_conv(x, w, np.zeros(3), s, 0, 0), expected, name=f"out for stride {s}")


@check("transposed_conv", points=1, public=True, side_condition=True)
def refuses_an_output_padding_as_large_as_the_stride(student, rng):
    """A ValueError unless 0 <= output_padding < stride."""
    for k, stride, output_padding in ((3, 2, 3), (3, 2, 2), (2, 1, 1), (1, 2, -1)):
        x, w, b = arrays(rng, (1, 1, 3, 3), (1, 1, k, k), (1,))
        raises(student.transposed_conv, x, w, b, stride, 0, output_padding, error="ValueError")


q_which_bug_is_it = question(
    "What makes 6, 4, 5, 2, 1 of the example.", hint="look at the first three numbers: whose multiples are they?"
)
q_canvas = question(
    "Four rows, kernel of 5, stride 3, padding 1, output padding 2.", hint="draw the four stamps on the canvas"
)


# --- grouped_conv --------------------------------------------------------------------------------------------------

GROUPS = "Neighboring channels form a group, and neighboring filters read it."


@check("grouped_conv", points=3, public=True)
def convolves_two_groups(student, reference, rng):
    """grouped_conv in 2 groups: the pixel of the text, then 4 channels to 6."""
    pixel, w = (
        np.array([1.0, 2, 3, 4])[None, :, None, None],
        np.array([[1.0, 1], [2, 0], [0, 1], [1, -1]])[:, :, None, None],
    )
    expected = np.array([3.0, 2, 4, -1])[None, :, None, None]
    close(
        student.grouped_conv(pixel, w, np.zeros(4), 2, 1, 0),
        expected,
        name="out of the example in the text",
        hint=GROUPS,
    )
    x, w, b = arrays(rng, (2, 4, 5, 6), (6, 2, 3, 3), (6,))
    close(student.grouped_conv(x, w, b, 2, 1, 0), reference.grouped_conv(x, w, b, 2, 1, 0), name="out", hint=GROUPS)


@check("grouped_conv", points=2, public=True)
def groups_with_stride_and_padding(student, reference, rng):
    """grouped_conv in 3 groups with stride 2 and padding 1, 6 channels to 3."""
    x, w, b = arrays(rng, (2, 6, 6, 5), (3, 2, 3, 2), (3,))
    close(student.grouped_conv(x, w, b, 3, 2, 1), reference.grouped_conv(x, w, b, 3, 2, 1), name="out", hint=GROUPS)


@check("grouped_conv", points=4)
def groups_agree_with_plain_loops(student, rng):
    """grouped_conv agrees with sums written as loops: one group, as many groups as channels, and in between."""
    cases = []
    for x_shape, w_shape, groups, stride, pad in [
        ((1, 2, 4, 5), (3, 2, 2, 3), 1, 1, 0),
        ((2, 3, 5, 4), (3, 1, 3, 2), 3, 1, 1),
        ((1, 3, 4, 6), (6, 1, 2, 2), 3, 2, 0),
        ((1, 8, 3, 4), (4, 2, 2, 3), 4, 3, 2),
        ((3, 6, 3, 3), (4, 3, 1, 1), 2, 1, 0),
    ]:
        cases.append((*arrays(rng, x_shape, w_shape, w_shape[:1]), groups, stride, pad))
    for out, case in zip(student.grouped_conv.calls(cases), cases, strict=True):
        x, w, b, groups, stride, pad = case
        close(
            out,
            by_loops(x, w, b, stride, pad, groups=groups),
            name=f"out for C = {x.shape[1]}, F = {len(w)}, {groups} groups",
            hint=GROUPS,
        )


@check("grouped_conv", points=2)
def a_channel_reaches_its_own_group_only(student, rng):
    """One more unit in a channel changes the filters of its group by their weights, and no others."""
    x, w, b = arrays(rng, (1, 6, 3, 3), (6, 2, 3, 3), (6,))
    for channel in (1, 2, 5):
        more = x.copy()
        more[0, channel] += 1
        before, after = student.grouped_conv.calls([(x, w, b, 3, 1, 0), (more, w, b, 3, 1, 0)])
        equal(np.shape(after), (1, 6, 1, 1), name="shape of out")
        expected = np.zeros(6)
        group = channel // 2
        expected[2 * group : 2 * group + 2] = w[2 * group : 2 * group + 2, channel % 2].sum(axis=(1, 2))
        change = (np.asarray(after) - np.asarray(before)).ravel()
        close(change, expected, rtol=1e-9, name=f"the change by channel {channel}", hint=GROUPS)


@check("grouped_conv", points=1.5)
def is_a_convolution_with_blocks_of_weights(student, rng):
    """Grouping is an ordinary convolution whose weights between groups are zero."""
    x, w, b = arrays(rng, (1, 6, 4, 3), (4, 3, 2, 2), (4,))
    full = np.zeros((4, 6, 2, 2))
    full[:2, :3], full[2:, 3:] = w[:2], w[2:]
    close(student.grouped_conv(x, w, b, 2, 1, 1), by_loops(x, full, b, 1, 1), name="out", hint=GROUPS)


@check("grouped_conv", points=1, public=True, side_condition=True)
def refuses_groups_that_do_not_divide(student, rng):
    """A ValueError if the groups do not divide the channels, or the filters."""
    for channels, filters, per_group in ((3, 4, 1), (4, 3, 2)):
        x, w, b = arrays(rng, (1, channels, 3, 3), (filters, per_group, 2, 2), (filters,))
        raises(student.grouped_conv, x, w, b, 2, 1, 0, error="ValueError")


q_group_weights = question(
    "A 3×3 convolution, 64 to 128 channels, 4 groups.", hint="count one filter first: which channels does it see?"
)


# --- depthwise_separable_conv --------------------------------------------------------------------------------------

MAPS = "Map c*M + m is channel c under kernel dw[c, m]."


@check("depthwise_separable_conv", points=3, public=True)
def filters_then_mixes(student, reference, rng):
    """depthwise_separable_conv with one kernel per channel: the row of the text, then 3 channels to 4."""
    x, dw = np.array([[1.0, 2, 0], [0, 1, 3]])[None, :, None], np.array([[1.0, 1, 1], [1, 0, -1]])[:, None, None]
    out = student.depthwise_separable_conv(x, dw, np.array([[2.0, 1], [1, 1]]), 1, 0)
    close(out, np.array([3.0, 0])[None, :, None, None], name="out of the example in the text")
    x, dw, pw = arrays(rng, (2, 3, 5, 6), (3, 1, 3, 3), (4, 3))
    expected = reference.depthwise_separable_conv(x, dw, pw, 1, 0)
    close(student.depthwise_separable_conv(x, dw, pw, 1, 0), expected, name="out")


@check("depthwise_separable_conv", points=2.5, public=True)
def filters_with_several_kernels_per_channel(student, reference, rng):
    """depthwise_separable_conv with 2 kernels per channel, stride 2 and padding 1."""
    x, dw, pw = arrays(rng, (2, 3, 6, 5), (3, 2, 3, 2), (4, 6))
    expected = reference.depthwise_separable_conv(x, dw, pw, 2, 1)
    close(student.depthwise_separable_conv(x, dw, pw, 2, 1), expected, name="out", hint=MAPS)


@check("depthwise_separable_conv", points=1, public=True, side_condition=True)
def separable_output_has_the_right_shape(student, rng):
    """The output has as many channels as pw has rows, and the size of the depthwise part."""
    cases = {(7, 5, 3, 2, 1, 0): (5, 4), (6, 9, 2, 4, 3, 2): (3, 4)}
    calls = [(*arrays(rng, (1, 2, h, w), (2, 3, kh, kw), (5, 6)), s, p) for h, w, kh, kw, s, p in cases]
    for out, (case, (rows, columns)) in zip(student.depthwise_separable_conv.calls(calls), cases.items(), strict=True):
        equal(np.shape(out), (1, 5, rows, columns), name=f"shape of out for (H, W, HH, WW, stride, pad) = {case}")


@check("depthwise_separable_conv", points=4)
def both_steps_agree_with_plain_loops(student, rng):
    """depthwise_separable_conv agrees with sums written as loops, for several multipliers, strides and paddings."""
    cases = []
    for x_shape, dw_shape, filters, stride, pad in [
        ((1, 1, 4, 5), (1, 3, 2, 3), 2, 1, 1),
        ((2, 4, 5, 3), (4, 1, 3, 3), 3, 2, 1),
        ((1, 3, 5, 6), (3, 3, 2, 2), 1, 3, 0),
        ((3, 2, 3, 3), (2, 2, 1, 1), 5, 1, 0),
    ]:
        pw_shape = (filters, dw_shape[0] * dw_shape[1])
        cases.append((*arrays(rng, x_shape, dw_shape, pw_shape), stride, pad))
    for out, case in zip(student.depthwise_separable_conv.calls(cases), cases, strict=True):
        name = f"out for C, M = {case[1].shape[:2]}, stride {case[3]}, pad {case[4]}"
        close(out, separable_by_loops(*case), name=name, hint=MAPS)


@check("depthwise_separable_conv", points=2)
def is_a_convolution_with_composite_kernels(student, rng):
    """Both steps together are an ordinary convolution with the kernels sum_m pw[f, c*M + m] dw[c, m]."""
    x, dw, pw = arrays(rng, (2, 3, 4, 5), (3, 2, 3, 2), (2, 6))
    kernels = np.zeros((2, 3, 3, 2))
    for f, c, m in np.ndindex(2, 3, 2):
        kernels[f, c] += pw[f, 2 * c + m] * dw[c, m]
    expected = by_loops(x, kernels, np.zeros(2), 1, 1)
    close(student.depthwise_separable_conv(x, dw, pw, 1, 1), expected, rtol=1e-8, name="out", hint=MAPS)


@check("depthwise_separable_conv", points=1)
def keeps_the_order_of_the_maps(student, rng):
    """With the identity as pw, the maps come out in the order channel by channel."""
    x, factors = rng.standard_normal((1, 2, 3, 3)), rng.uniform(1, 2, (2, 3))
    out = student.depthwise_separable_conv(x, factors[:, :, None, None], np.eye(6), 1, 0)
    maps = [factors[c, m] * x[0, c] for c in range(2) for m in range(3)]
    close(out, np.array(maps)[None], name="out", hint=MAPS)


q_saving = question("How many times fewer multiplications.", rtol=0.01, hint="write both costs per pixel, and divide")


# --- separable_kernel ----------------------------------------------------------------------------------------------


def expect_factors(result, k, name):
    """Require a column and a row with the outer product k. k: (HH, WW)."""
    expect(result is not None, f"{name} is separable, and the result is None")
    column, row = (np.asarray(part) for part in parts(result, "column", "row"))
    equal(column.shape, k.shape[:1], name=f"shape of the column of {name}")
    equal(row.shape, k.shape[1:], name=f"shape of the row of {name}")
    expect({column.dtype.kind, row.dtype.kind} <= set("fiu"), f"{name}: column and row should be real numbers")
    scale = np.abs(k).max() or 1.0
    close(
        np.outer(column, row) / scale,
        k / scale,
        rtol=3e-5,
        name=f"outer(column, row) of {name}, in units of its largest entry",
    )


def expect_none(result, name):
    """The answer that a kernel is not separable, and no other value that counts as false."""
    got = "factors were returned" if isinstance(result, list | tuple) else f"got {str(result)[:20]}, which is not None"
    expect(result is None, f"{name} is not separable; the result should be None ({got})")


@check("separable_kernel", points=2.5, public=True)
def factors_an_outer_product(student, rng):
    """A random column times a random row is split into a column and a row again, with zeros in the row, too."""
    for shape, zeros in (((3, 3), 0), ((5, 2), 0), ((2, 4), 2)):
        row = rng.uniform(1, 2, shape[1])
        row[:zeros] = 0
        k = np.outer(rng.standard_normal(shape[0]), row)
        expect_factors(student.separable_kernel(k), k, f"a kernel of {shape[0]}×{shape[1]}")


@check("separable_kernel", points=1.5, public=True, side_condition=True)
def says_none_for_a_random_kernel(student, rng):
    """A random kernel is not separable, and neither is a sum of two outer products."""
    full = rng.standard_normal((4, 3)) + 3 * np.eye(4, 3)
    two = np.outer([1, 2, 1], [1, 0, -1]) * rng.uniform(1, 2) + np.outer([1, 0, -1], [1, 2, 1]) * rng.uniform(1, 2)
    for k, name in ((full, "a random kernel"), (two, "a sum of two outer products"), (1e-7 * full, "a faint kernel")):
        expect_none(student.separable_kernel(k), name)


@check("separable_kernel", points=2)
def knows_the_kernels_of_image_processing(student, rng):
    """Box, Gaussian, Sobel and Prewitt are separable at any scale; Laplace, a disk and a diagonal are not."""
    steps = np.arange(-2, 3)
    bell, scale = np.exp(-(steps**2) / rng.uniform(1, 4)), rng.uniform(1, 3)
    separable = {
        "a box": np.ones((3, 4)),
        "a Gaussian": np.outer(bell, bell),
        "Sobel": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
        "Prewitt": np.array([[1.0, 0, -1]] * 3),
    }
    not_separable = {
        "Laplace": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
        "a disk": (steps[:, None] ** 2 + steps**2 <= 4).astype(float),
        "a diagonal": np.eye(3),
    }
    kernels = [scale * k for k in (*separable.values(), *not_separable.values())]
    results = student.separable_kernel.calls((k,) for k in kernels)
    for name, k, result in zip((*separable, *not_separable), kernels, results, strict=True):
        if name in separable:
            expect_factors(result, k, name)
        else:
            expect_none(result, name)


@check("separable_kernel", points=1)
def copes_with_zeros(student, rng):
    """Rows, columns and corners of zeros are no obstacle."""
    column, row = rng.uniform(1, 2, 5), rng.uniform(1, 2, 4)
    for zeros in ((0, 1), (2, 3), (0, 4)):
        sparse = column.copy()
        sparse[list(zeros)] = 0
        for k in (np.outer(row, sparse), np.outer(sparse, row)):
            expect_factors(student.separable_kernel(k), k, "a kernel with rows or columns of zeros")


@check("separable_kernel", points=1)
def allows_for_rounding_at_any_scale(student, rng):
    """A kernel rounded in its seventh digit is separable at any scale; one that is off by a hundredth is not."""
    for scale in (1.0, 1e-7, 1e7):
        exact = np.outer(rng.uniform(1, 2, 4), rng.uniform(1, 2, 5)) * scale
        k = exact.astype(np.float32).astype(np.float64)
        expect_factors(student.separable_kernel(k), k, f"a kernel of scale {scale:g}, rounded to float32,")
        bent = exact.copy()
        bent[1, 2] *= 1.05
        expect_none(student.separable_kernel(bent), f"a kernel of scale {scale:g}, bent by 5 % at one place,")


@check("separable_kernel", points=0.5)
def takes_a_single_row_or_column(student, rng):
    """A single row, a single column, a single number and a kernel of zeros are separable."""
    for shape in ((1, 4), (3, 1), (1, 1)):
        k = rng.uniform(1, 2, shape)
        expect_factors(student.separable_kernel(k), k, f"a kernel of {shape[0]}×{shape[1]}")
    expect_factors(student.separable_kernel(np.zeros((3, 2))), np.zeros((3, 2)), "a kernel of zeros")


@check("separable_kernel", points=1)
def two_passes_make_the_same_picture(student, rng):
    """Convolving with the row, then with the column, is convolving with the kernel."""
    x, b = rng.standard_normal((1, 1, 6, 7)), np.zeros(1)
    k = np.outer([0, *rng.uniform(1, 2, 2)], rng.standard_normal(4))
    result = student.separable_kernel(k)
    expect(result is not None, "an outer product is separable, and the result is None")
    column, row = (np.asarray(part, dtype=float) for part in parts(result, "column", "row"))
    equal((column.shape, row.shape), ((3,), (4,)), name="shapes of column and row")
    by_row = by_loops(x, row[None, None, None], b)
    got = by_loops(by_row, column[None, None, :, None], b)
    close(got, by_loops(x, k[None, None], b), rtol=1e-5, name="the picture after both passes")


q_not_separable = question(
    "Which kernel is not separable.", hint="in an outer product each row is a multiple of one row"
)


# --- conv_cost -----------------------------------------------------------------------------------------------------


def same_costs(student, cases, expected, hint=""):
    """Compare (params, macs) for calls of conv_cost."""
    for case, result, (params, macs) in zip(cases, student.conv_cost.calls(cases), expected, strict=True):
        got_params, got_macs = parts(result, "params", "macs")
        equal(got_params, params, name=f"params of conv_cost{case}")
        equal(got_macs, macs, name=f"macs of conv_cost{case}", hint=hint)


def sizes(rng):
    """Different cin, cout, k, h, w at random."""
    return (
        *(int(2 * n) for n in rng.permutation(np.arange(1, 8))[:2]),
        int(rng.integers(2, 5)),
        *(int(n) for n in rng.permutation(np.arange(12, 24))[:2]),
    )


POSITIONS = "At how many positions of which map is each weight used?"


@check("conv_cost", points=2, public=True)
def costs_of_ordinary_and_dilated_layers(student, reference, rng):
    """Parameters and MACs of ordinary, 1×1 and dilated convolutions; the first are the examples in the text."""
    cin, cout, k, h, w = sizes(rng)
    text = {
        ("standard", 2, 4, 3, 5, 6, 2, 1): (72, 648),
        ("standard", 64, 128, 3, 32, 32, 1, 1): (73_728, 75_497_472),
        ("dilated", 64, 64, 3, 56, 56, 1, 8, 8): (36_864, 115_605_504),
    }
    same_costs(student, text, text.values(), POSITIONS)
    cases = [("standard", cin, cout, k, h, w), ("standard", cin, cout, 1, h, w), ("standard", cin, cout, k, h, w, 2, 1),
             ("dilated", cin, cout, k, h, w, 1, 2, 3)]  # fmt: skip
    same_costs(student, cases, [reference.conv_cost(*case) for case in cases], POSITIONS)


@check("conv_cost", points=2, public=True)
def costs_of_grouped_and_depthwise_separable_layers(student, reference, rng):
    """Parameters and MACs of grouped and depthwise separable convolutions; the first are the examples in the text."""
    cin, cout, k, h, w = sizes(rng)
    text = {
        ("grouped", 2, 4, 3, 5, 6, 2, 1, 1, 2): (36, 324),
        ("depthwise_separable", 2, 4, 3, 5, 6, 2, 1): (26, 234),
        ("depthwise_separable", 64, 128, 3, 32, 32, 1, 1): (8_768, 8_978_432),
    }
    same_costs(student, text, text.values(), POSITIONS)
    cases = [("grouped", cin, cout, k, h, w, 2, 1, 1, 2), ("depthwise_separable", cin, cout, k, h, w, 1, 1),
             ("depthwise_separable", cin, cout, k, h, w, 2, 1, 1, 1, 3)]  # fmt: skip
    same_costs(student, cases, [reference.conv_cost(*case) for case in cases], POSITIONS)


@check("conv_cost", points=1.5, public=True)
def costs_of_transposed_and_spatially_separable_layers(student, reference, rng):
    """Parameters and MACs of transposed and spatially separable convolutions; the first are those of the text."""
    cin, cout, k, h, w = sizes(rng)
    text = {
        ("transposed", 2, 4, 3, 5, 6, 2, 1): (72, 2160),
        ("spatially_separable", 2, 4, 3, 5, 6, 2, 1): (72, 864),
    }
    same_costs(student, text, text.values(), POSITIONS)
    cases = [("transposed", cin, cout, k, h, w, 2, 1), ("spatially_separable", cin, cout, k, h, w, 2, 1)]
    same_costs(student, cases, [reference.conv_cost(*case) for case in cases], POSITIONS)


@check("conv_cost", points=2.5)
def costs_are_what_is_counted(student, rng):
    """For random layers of each kind, the costs are those of weights that are made and positions that are listed."""
    cases = []
    for stride, pad in ((1, 0), (2, 1), (3, 2)):
        cases += [
            ("standard", *sizes(rng), stride, pad),
            ("dilated", *sizes(rng), stride, pad, int(rng.integers(2, 4))),
            ("grouped", *sizes(rng), stride, pad, 1, 2),
            ("transposed", *sizes(rng), stride, pad),
            ("depthwise_separable", *sizes(rng), stride, pad, 1, 1, int(rng.integers(2, 5))),
            ("spatially_separable", *sizes(rng), stride, pad),
        ]
    same_costs(student, cases, [counted(*case) for case in cases], POSITIONS)


@check("conv_cost", points=2)
def products_of_a_small_layer_are_counted_one_by_one(student, rng):
    """The MACs of small ordinary, dilated and grouped layers are the terms of the sums, one by one."""
    cases = []
    for kind, dilation, groups in (("standard", 1, 1), ("dilated", 2, 1), ("grouped", 1, 2)):
        cin, cout, stride, pad = (
            2 * int(rng.integers(1, 3)),
            2 * int(rng.integers(1, 3)),
            int(rng.integers(2, 4)),
            int(rng.integers(1, 3)),
        )
        cases.append(
            (kind, cin, cout, 3, int(rng.integers(6, 8)), int(rng.integers(8, 10)), stride, pad, dilation, groups)
        )
    expected = []
    for _, cin, cout, k, h, w, stride, pad, dilation, groups in cases:
        weights = np.ones((cout, cin // groups, k, k))
        framed = np.ones((1, cin, h + 2 * pad, w + 2 * pad))  # every product is 1, so a sum counts its terms
        expected.append(
            (weights.size, int(by_loops(framed, weights, np.zeros(cout), stride, 0, dilation, groups).sum()))
        )
    same_costs(student, cases, expected, POSITIONS)


@check("conv_cost", points=1)
def separating_saves_the_ratio_of_the_text(student, rng):
    """Depthwise separable against ordinary: the ratio of MACs, and of parameters, is 1/F + 1/k²."""
    cin, cout, k, h, w = sizes(rng)
    results = student.conv_cost.calls(
        [("standard", cin, cout, k, h, w, 1, 1), ("depthwise_separable", cin, cout, k, h, w, 1, 1)]
    )
    (params, macs), (few_params, few_macs) = (parts(result, "params", "macs") for result in results)
    equal(params, cin * cout * k * k, name="params of the ordinary layer")
    equal(
        few_params * cout * k * k, params * (cout + k * k), name="params, separable × F k², against ordinary × (F + k²)"
    )
    equal(few_macs * cout * k * k, macs * (cout + k * k), name="MACs, separable × F k², against ordinary × (F + k²)")


@check("conv_cost", points=0.5, public=True, side_condition=True)
def counts_in_whole_numbers(student, rng):
    """Parameters and MACs are ints, also with groups."""
    for result in student.conv_cost.calls([("standard", *sizes(rng)), ("grouped", *sizes(rng), 2, 1, 1, 2)]):
        for count in parts(result, "params", "macs"):
            expect(np.asarray(count).dtype.kind in "iu", f"a count should be an int, and {count!r} is not")


@check("conv_cost", points=0.5, public=True, side_condition=True)
def refuses_an_unknown_kind(student):
    """A ValueError for a kind that does not exist."""
    for kind in ("conv", "separable", "Standard"):
        raises(student.conv_cost, kind, 2, 4, 3, 8, 8, error="ValueError")
