"""The public checks of conv_variants.

Run them with `autograder check conv_variants`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import check, close, equal, expect, parts, question, raises, unmodified


def arrays(rng, *shapes):
    """Random arrays of these shapes."""
    return [rng.standard_normal(shape) for shape in shapes]


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


q_span = question("The span of a 5×5 kernel with dilation 3.", hint="draw five taps and count the rows between them")


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


q_stack = question(
    "Three layers of kernel size 3, the first two with stride 2.", hint="write down r and the jump, row by row"
)

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


@check("grouped_conv", points=1, public=True, side_condition=True)
def refuses_groups_that_do_not_divide(student, rng):
    """A ValueError if the groups do not divide the channels, or the filters."""
    for channels, filters, per_group in ((3, 4, 1), (4, 3, 2)):
        x, w, b = arrays(rng, (1, channels, 3, 3), (filters, per_group, 2, 2), (filters,))
        raises(student.grouped_conv, x, w, b, 2, 1, 0, error="ValueError")


q_group_weights = question(
    "A 3×3 convolution, 64 to 128 channels, 4 groups.", hint="count one filter first: which channels does it see?"
)

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


q_saving = question("How many times fewer multiplications.", rtol=0.01, hint="write both costs per pixel, and divide")


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


q_not_separable = question(
    "Which kernel is not separable.", hint="in an outer product each row is a multiple of one row"
)


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
