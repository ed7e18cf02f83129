"""Wrong implementations that students of this assignment write, each with what they should look at."""

import numpy as np

from autograder import mistake, slip

# --- conv1x1 -------------------------------------------------------------------------------------------------------

slip(
    "conv1x1", "fc->", "cf->",
    name="filters_in_columns", raises="ValueError",
    says="A filter is a row of w here: its shape is (F, C).",
)  # fmt: skip
slip("conv1x1", " + b[:, None, None]", "", name="mixes_without_bias", says="Where is the bias?")
slip(
    "conv1x1", "+ b[:, None, None]", "+ b",
    name="bias_along_the_columns", raises="ValueError",
    says="b has one number per filter; NumPy lines it up with the last axis, which holds the columns.",
)  # fmt: skip
slip(
    "conv1x1", "x, w) +", "x, w) / x.shape[1] +",
    name="averages_the_channels",
    says="The result is divided by the number of channels: it should be a sum.",
)  # fmt: skip
slip(
    "conv1x1", "+ b[", "+ x.shape[1] * b[",
    name="bias_for_each_channel",
    says="The bias is added once for each input channel, and belongs to the sum once.",
)  # fmt: skip
slip(
    "conv1x1", "x, w) +", "x[:, ::-1], w) +",
    name="channels_backwards",
    says="The first weight of a filter belongs to the first channel.",
)  # fmt: skip
slip(
    "conv1x1", "b[:, None, None]", "np.abs(b)[:, None, None]",
    name="bias_without_sign",
    says="Biases can be negative.",
)  # fmt: skip


@mistake("conv1x1", says="Negative numbers are cut off: a convolution has no activation of its own.")
def mixing_with_an_activation(x, w, b):
    return np.maximum(np.einsum("nchw,fc->nfhw", x, w) + b[:, None, None], 0)


@mistake(
    "conv1x1", says="A reshape to (N*H*W, C) does not bring the channels of a pixel together: move the axis first."
)
def reshapes_the_channels_away(x, w, b):
    n, c, height, width = x.shape
    return (x.reshape(-1, c) @ w.T + b).reshape(n, len(w), height, width)


@mistake(
    "conv1x1", says="The result lies as (N, H, W, F); a reshape to (N, F, H, W) scrambles it, move the axis instead."
)
def reshapes_the_result(x, w, b):
    out = np.moveaxis(x, 1, -1) @ w.T + b
    return out.reshape(len(x), len(w), *x.shape[2:])


@mistake("conv1x1", says="With several images, a reshape to (C, N*H*W) mixes images and channels: move the axis first.")
def reshapes_images_into_channels(x, w, b):
    n, c, height, width = x.shape
    return (w @ x.reshape(c, -1) + b[:, None]).reshape(n, len(w), height, width)


@mistake("conv1x1", says="With several images, a reshape to (C, N*H*W) mixes images and channels: move the axis first.")
def reshapes_images_into_channels_and_moves_back(x, w, b):
    n, c, height, width = x.shape
    return (w @ x.reshape(c, -1) + b[:, None]).reshape(len(w), n, height, width).swapaxes(0, 1)


@mistake("conv1x1", says="The result lies as (F, N, H, W); a reshape to (N, F, H, W) mixes images and filters.")
def reshapes_filters_into_images(x, w, b):
    n, c, height, width = x.shape
    return (w @ x.swapaxes(0, 1).reshape(c, -1) + b[:, None]).reshape(n, len(w), height, width)


@mistake("conv1x1", says="All pixels of an image are averaged before they are mixed; each pixel is mixed by itself.")
def mixes_the_mean_pixel(x, w, b):
    mean = x.mean(axis=(2, 3), keepdims=True)
    return np.einsum("nchw,fc->nfhw", np.broadcast_to(mean, x.shape), w) + b[:, None, None]


@mistake("conv1x1", says="The result is right, but it was written into x on the way: x belongs to the caller.")
def mixes_in_place(x, w, b):
    out = np.einsum("nchw,fc->nfhw", x, w) + b[:, None, None]
    common = min(x.shape[1], len(w))
    x[:, :common] = out[:, :common]
    return out


# --- dilated_conv --------------------------------------------------------------------------------------------------

ROWS, COLUMNS = "dilation * (kh - 1) - 1", "dilation * (kw - 1) - 1"
FARTHER = ("(0, 0), (pad, pad), (pad, pad)", "(0, 0), (pad, pad + 99), (pad, pad + 99)")  # so that no window sticks out

slip(
    "dilated_conv", ROWS, "kh", COLUMNS, "kw", "u * dilation, v * dilation", "u, v",
    name="ignores_the_dilation",
    says="This is the ordinary convolution: how far apart are the taps?",
)  # fmt: skip
slip(
    "dilated_conv", ROWS, "kh", COLUMNS, "kw", *FARTHER,
    name="size_without_dilation",
    says="The output is too large: its size has to allow for the span of the kernel, holes included.",
)  # fmt: skip
slip(
    "dilated_conv", ROWS, "dilation * kh", COLUMNS, "dilation * kw",
    name="a_hole_behind_the_last_tap",
    says="The span is not dilation times the kernel size: there is no hole behind the last tap.",
)  # fmt: skip
slip(
    "dilated_conv", ROWS, "dilation * (kh - 1)", COLUMNS, "dilation * (kw - 1)", *FARTHER,
    name="span_without_the_first_tap",
    says="From the first tap to the last it is dilation times (k - 1) steps; both ends count.",
)  # fmt: skip
slip(
    "dilated_conv", ROWS, "(dilation + 1) * (kh - 1) - 1", COLUMNS, "(dilation + 1) * (kw - 1) - 1",
    "u * dilation, v * dilation", "u * (dilation + 1), v * (dilation + 1)",
    name="dilation_as_the_number_of_holes",
    says="Dilation is the step from tap to tap: dilation 1 has no holes, dilation 2 has one.",
)  # fmt: skip
slip(
    "dilated_conv", "u * dilation, v * dilation", "u, v",
    name="dilated_size_with_close_taps",
    says="The size is right, but the taps lie side by side: the step between them is the dilation.",
)  # fmt: skip
slip(
    "dilated_conv", "u * dilation, v * dilation", "u * dilation * stride, v * dilation * stride", *FARTHER,
    name="taps_stretched_by_the_stride",
    says="The stride moves the windows; inside a window the taps are as far apart as the dilation says.",
)  # fmt: skip
slip(
    "dilated_conv", COLUMNS, "kw", "v * dilation", "v",
    name="dilates_rows_only",
    says="The kernel is dilated downwards only: columns are spread out as well.",
)  # fmt: skip
slip(
    "dilated_conv", ROWS, "kh", "u * dilation,", "u,",
    name="dilates_columns_only",
    says="The kernel is dilated sideways only: rows are spread out as well.",
)  # fmt: skip
slip(
    "dilated_conv", "w[:, :, u, v]", "w[:, :, kh - 1 - u, kw - 1 - v]",
    name="dilated_kernel_turned",
    says="The kernel is turned by 180°; lay it on the window as it is.",
)  # fmt: skip
slip(
    "dilated_conv", "w[:, :, u, v]", "w[:, ::-1, u, v]",
    name="dilated_channels_backwards",
    says="The first layer of a kernel belongs to the first channel.",
)  # fmt: skip
slip(
    "dilated_conv", "(pad, pad), (pad, pad))", "(pad, pad), (pad, pad)), mode='edge'",
    name="pads_with_the_edge",
    says="The frame holds zeros, and not copies of the border.",
)  # fmt: skip
slip(
    "dilated_conv", "(0, 0), (pad, pad), (pad, pad)", "(0, 0), (2 * pad, 0), (2 * pad, 0)",
    name="pads_at_the_top_only",
    says="The size is right but the image is shifted: the frame has the same width on all four sides.",
)  # fmt: skip
slip(
    "dilated_conv", "under_tap, w[:, :, u, v])", "under_tap, w[:, :, u, v]) + b[:, None, None] * (u + v > 0)",
    name="dilated_bias_for_each_tap",
    says="The bias is added once for each tap, and belongs to the sum once.",
)  # fmt: skip
slip("dilated_conv", " + b[:, None, None]", "", name="dilates_without_bias", says="Where is the bias?")
slip(
    "dilated_conv", "out += np", "out = b[:, None, None] + np",
    name="only_the_last_tap",
    says="Only one tap is left in the result: add the taps up.",
)  # fmt: skip
slip(
    "dilated_conv", "under_tap, w[:, :, u, v])", "under_tap[:, :1], w[:, :1, u, v])",
    name="dilates_the_first_channel_only",
    says="The sum runs over all channels, and not over the first alone.",
)  # fmt: skip
slip(
    "dilated_conv", "[:, :, top:bottom:stride, left:right:stride]", "[:, :, top:, left:]",
    name="stride_in_the_size_only",
    says="The size is right, but neighboring outputs come from neighboring windows: where does window (i, j) start?",
)  # fmt: skip
slip(
    "dilated_conv", "(pad, pad), (pad, pad))", "(pad, pad + 999), (pad, pad + 999))",
    "top + stride * out_h, left + stride * out_w",
    "top + stride * dilation * out_h, left + stride * dilation * out_w",
    "top:bottom:stride, left:right:stride", "top : bottom : stride * dilation, left : right : stride * dilation",
    name="windows_move_by_the_dilation",
    says="The windows move by stride times dilation; only the taps inside a window are that far apart.",
)  # fmt: skip
slip(
    "dilated_conv", "_, kh, kw = w.shape", "_, kw, kh = w.shape",
    name="dilated_kernel_sides_swapped", raises="IndexError",
    says="A kernel need not be square: which axis of w is its height?",
)  # fmt: skip
slip(
    "dilated_conv", "filters, _, kh", "w[...] = w[:, :, ::-1, ::-1].copy()\n    filters, _, kh",
    "w[:, :, u, v]", "w[:, :, kh - 1 - u, kw - 1 - v]",
    name="turns_dilated_kernels_in_place",
    says="The result is right, but w was turned in place: w belongs to the caller.",
)  # fmt: skip

# --- receptive_field -----------------------------------------------------------------------------------------------

slip(
    "receptive_field", "jump *= stride", "jump *= 1",
    name="field_without_strides",
    says="Strides make no difference here: behind a stride of 2, a step is two pixels of the image.",
)  # fmt: skip
slip(
    "receptive_field", "(kernel - 1) * jump", "(kernel - 1) * jump * stride",
    name="own_stride_included",
    says="A layer's own stride does not stretch what it reads: it counts for the layers behind it.",
)  # fmt: skip
slip(
    "receptive_field", "jump *= stride", "jump += stride",
    name="strides_added",
    says="Two strides of 2 make a step of 4: strides multiply.",
)  # fmt: skip
slip(
    "receptive_field", "jump *= stride", "jump = stride",
    name="only_the_last_stride",
    says="The jump is the product of all strides so far, and not the last one.",
)  # fmt: skip
slip(
    "receptive_field", "(kernel - 1)", "kernel",
    name="field_counts_a_pixel_twice",
    says="A kernel of 3 adds two pixels to the one that is already there.",
)  # fmt: skip
slip(
    "receptive_field", "dilation * (kernel - 1) * jump", "(dilation * (kernel - 1) + 1) * jump",
    name="field_adds_the_whole_span",
    says="The span of a kernel less one is what a layer adds: its first tap sees what is counted already.",
)  # fmt: skip
slip(
    "receptive_field", "dilation * (kernel - 1)", "(kernel - 1)",
    name="field_without_dilation",
    says="The dilation makes no difference here: how far is the last tap from the first?",
)  # fmt: skip
slip(
    "receptive_field", "dilation * (kernel - 1)", "(dilation * kernel - 1)",
    name="field_with_a_hole_behind_the_last_tap",
    says="The span is not dilation times the kernel size: there is no hole behind the last tap.",
)  # fmt: skip
slip(
    "receptive_field", "field, jump = 1, 1", "field, jump = 0, 1",
    name="field_starts_at_zero",
    says="Without layers an output is an input pixel: it sees one pixel, not none.",
)  # fmt: skip
slip(
    "receptive_field", "in layers", "in reversed(layers)",
    name="layers_from_the_output",
    says="The layers come from the input to the output: which strides lie before a layer?",
)  # fmt: skip
slip(
    "receptive_field", "field += dilation * (kernel - 1) * jump", "field *= dilation * (kernel - 1) + 1",
    name="fields_multiplied",
    says="Spans are added, layer by layer; two layers of 3 see 5 pixels, not 9.",
)  # fmt: skip
slip(
    "receptive_field", "field += dilation * (kernel - 1) * jump",
    "field = max(field, dilation * (kernel - 1) * jump + 1)",
    name="only_the_widest_layer",
    says="The result is the span of the widest layer; what the others read is added to it.",
)  # fmt: skip
slip(
    "receptive_field", "jump *= stride", "jump *= stride * dilation",
    name="dilation_in_the_jump",
    says="Dilation spreads the taps of its own layer; neighbors in its output are no farther apart for it.",
)  # fmt: skip
slip(
    "receptive_field", "return field", "return field, jump",
    name="returns_the_jump_too",
    says="One int is asked for, the receptive field.",
)  # fmt: skip
slip(
    "receptive_field", "(kernel - 1) * jump", "(kernel // 2) * jump",
    name="half_the_field",
    says="Only one side of the window is counted.",
)  # fmt: skip


@mistake("receptive_field", says="These are the pixels that matter, counted; the span includes the holes between them.")
def pixels_instead_of_the_span(layers):
    seen = {0}
    for kernel, stride, dilation in reversed(layers):
        seen = {at * stride + tap * dilation for at in seen for tap in range(kernel)}
    return len(seen)


@mistake("receptive_field", says="A stack may have no layers: what does its output see?", raises="IndexError")
def begins_with_the_first_layer(layers):
    kernel, jump, dilation = layers[0]
    field = dilation * (kernel - 1) + 1
    for kernel, stride, dilation in layers[1:]:
        field += dilation * (kernel - 1) * jump
        jump *= stride
    return field


# --- transposed_conv -----------------------------------------------------------------------------------------------

CROP = "canvas[:, :, pad : canvas_h - pad, pad : canvas_w - pad]"

slip(
    "transposed_conv", "kh + output_padding", "kh", "kw + output_padding", "kw",
    name="ignores_output_padding",
    says="The output has output_padding rows and columns too few.",
)  # fmt: skip
slip(
    "transposed_conv", "kh + output_padding", "kh", "kw + output_padding", "kw",
    CROP, f"np.pad({CROP}, [(0, 0), (0, 0), (0, output_padding), (0, output_padding)])",
    name="zeros_after_cropping",
    says="The added rows are zero here; they belong to the canvas, before the frame is cropped from it.",
)  # fmt: skip
slip(
    "transposed_conv", "i * stride, j * stride", "i * stride + output_padding, j * stride + output_padding",
    name="output_padding_at_the_top",
    says="The stamps are shifted: output padding adds rows at the bottom and columns at the right.",
)  # fmt: skip
slip(
    "transposed_conv", "+= np", "= np",
    name="stamps_overwrite",
    says="Where stamps overlap the last one wins here; they add up.",
)  # fmt: skip
slip(
    "transposed_conv", "x[:, :, i, j], w)", "x[:, :, i, j], w[:, :, ::-1, ::-1])",
    name="stamps_turned",
    says="The stamps are turned by 180°. If you convolve an image with zeros in between, turn the kernel for it.",
)  # fmt: skip
slip(
    "transposed_conv", "x[:, :, i, j], w)", "x[:, :, i, j], w.swapaxes(2, 3) if kh == kw else w)",
    name="stamps_mirrored_at_the_diagonal",
    says="The kernel itself is not transposed: its rows stay rows. It is the matrix of the whole convolution that is.",
)  # fmt: skip
slip(
    "transposed_conv", CROP, "np.pad(canvas, [(0, 0), (0, 0), (pad, pad), (pad, pad)])",
    name="pads_instead_of_cropping",
    says="Padding makes the output of a transposed convolution smaller: a frame is cropped from the canvas.",
)  # fmt: skip
slip(
    "transposed_conv", "n_images, _, height",
    "x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])\n    n_images, _, height",
    CROP, "canvas[:, :, : canvas_h - 2 * pad * (stride + 1), : canvas_w - 2 * pad * (stride + 1)]",
    name="pads_the_input",
    says="The input is padded, as in an ordinary convolution. Here `pad` is what is cropped from the canvas.",
)  # fmt: skip
slip(
    "transposed_conv", "n_images, _, height",
    "x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])\n    n_images, _, height",
    CROP, "canvas",
    name="pads_the_input_and_crops_nothing",
    says="The input is padded, as in an ordinary convolution. Here `pad` is what is cropped from the canvas.",
)  # fmt: skip
slip(
    "transposed_conv", CROP, "canvas",
    name="does_not_crop",
    says="pad makes no difference here: the canvas has a frame of that width to be cropped.",
)  # fmt: skip
slip(
    "transposed_conv", CROP, "canvas[:, :, pad:-pad, pad:-pad]",
    name="crops_to_minus_pad",
    says="The result is empty when pad is 0: a slice that ends at -0 ends at the start.",
)  # fmt: skip
slip(
    "transposed_conv", CROP, "canvas[:, :, 2 * pad :, 2 * pad :]",
    name="crops_the_top_only",
    says="The size is right, but the whole frame is taken from the top and the left: it lies on all four sides.",
)  # fmt: skip
slip(
    "transposed_conv", "i * stride, j * stride", "i, j",
    name="stamps_side_by_side",
    says="The stamps are one pixel apart here; the stride is the step between them.",
)  # fmt: skip
slip(
    "transposed_conv", "_, filters, kh", "filters, _, kh", "nc,cfuv", "nc,fcuv",
    name="output_channels_first", raises="ValueError",
    says="In w the input channels come first, since it is the array of the convolution that is transposed.",
)  # fmt: skip
slip("transposed_conv", " + b[:, None, None]", "", name="stamps_without_bias", says="Where is the bias?")
slip(
    "transposed_conv", "x[:, :, i, j], w)", "x[:, :, i, j], w) + b[:, None, None]", "] + b[:, None, None]", "]",
    name="bias_in_each_stamp",
    says="Each stamp brings the bias along; every pixel of the output gets it once.",
)  # fmt: skip
slip(
    "transposed_conv", "x[:, :, i, j], w)", "x[:, :1, i, j], w[:1])",
    name="stamps_the_first_channel_only",
    says="Every input channel has stamps of its own, and they add up.",
)  # fmt: skip
slip(
    "transposed_conv", "if not 0 <= output_padding < stride", "if False",
    name="accepts_any_output_padding",
    says="An output_padding outside 0 ... stride - 1 should raise a ValueError.",
)  # fmt: skip
slip(
    "transposed_conv", "output_padding < stride:", "output_padding <= stride:",
    name="accepts_output_padding_of_the_stride",
    says="An output_padding as large as the stride should raise a ValueError, since one more input row would do.",
)  # fmt: skip
slip(
    "transposed_conv", "not 0 <= output_padding < stride", "output_padding >= stride",
    name="accepts_negative_output_padding",
    says="A negative output_padding should raise a ValueError.",
)  # fmt: skip
slip(
    "transposed_conv", "stride + kw", "stride + kh", "left + kw] +=", "left + kw][..., : canvas_w - left] +=",
    "x[:, :, i, j], w)", "x[:, :, i, j], w)[..., : canvas_w - left]",
    name="canvas_of_square_kernels",
    says="The width of the canvas is computed with the height of the kernel.",
)  # fmt: skip
slip(
    "transposed_conv", "canvas_h = (height - 1) * stride + kh", "canvas_h = height * stride + kh - 1",
    "canvas_w = (width - 1) * stride + kw", "canvas_w = width * stride + kw - 1",
    name="a_step_behind_the_last_stamp",
    says="The output is too large: between H stamps there are H - 1 steps.",
)  # fmt: skip
slip(
    "transposed_conv", "n_images, _, height", "w[...] = w[:, :, ::-1, ::-1].copy()\n    n_images, _, height",
    "x[:, :, i, j], w)", "x[:, :, i, j], w[:, :, ::-1, ::-1])",
    name="turns_stamps_in_place",
    says="The result is right, but w was turned in place: w belongs to the caller.",
)  # fmt: skip


@mistake("transposed_conv", says="Where stamps overlap their mean is taken here; they add up.")
def averages_overlaps(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError
    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    canvas = np.zeros(
        (len(x), w.shape[1], (height - 1) * stride + kh + output_padding, (width - 1) * stride + kw + output_padding)
    )
    stamps = np.zeros(canvas.shape[2:])
    for i, j in np.ndindex(height, width):
        place = (slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
        canvas[:, :, *place] += np.einsum("nc,cfuv->nfuv", x[:, :, i, j], w)
        stamps[place] += 1
    canvas /= np.maximum(stamps, 1)
    return canvas[:, :, pad : canvas.shape[2] - pad, pad : canvas.shape[3] - pad] + b[:, None, None]


@mistake("transposed_conv", says="Each pixel is repeated before a convolution here; between the pixels belong zeros.")
def repeats_pixels_first(x, w, b, stride, pad, output_padding):
    if not 0 <= output_padding < stride:
        raise ValueError
    (height, width), (kh, kw) = x.shape[2:], w.shape[2:]
    canvas = np.zeros(
        (len(x), w.shape[1], (height - 1) * stride + kh + output_padding, (width - 1) * stride + kw + output_padding)
    )
    wide = x.repeat(stride, axis=2).repeat(stride, axis=3)[
        :, :, : (height - 1) * stride + 1, : (width - 1) * stride + 1
    ]
    for i, j in np.ndindex(wide.shape[2:]):
        canvas[:, :, i : i + kh, j : j + kw] += np.einsum("nc,cfuv->nfuv", wide[:, :, i, j], w)
    return canvas[:, :, pad : canvas.shape[2] - pad, pad : canvas.shape[3] - pad] + b[:, None, None]


# --- grouped_conv --------------------------------------------------------------------------------------------------

slip(
    "grouped_conv", "np.split(x, groups, axis=1)", "[x[:, g::groups] for g in range(groups)]",
    name="channels_interleaved",
    says="Every G-th channel is taken into a group here; the channels of a group are neighbors.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(w, groups)", "[w[g::groups] for g in range(groups)]",
    "np.split(b, groups)", "[b[g::groups] for g in range(groups)]",
    name="filters_interleaved",
    says="Every G-th filter is taken into a group here; the filters of a group are neighbors.",
)  # fmt: skip
slip(
    "grouped_conv", "np.concatenate([", "np.stack([", "for group in split], axis=1)", "for group in split], axis=2)",
    "return ", "stacked = ",
    "axis=2)", "axis=2)\n    return stacked.reshape(len(x), len(w), *stacked.shape[3:])",
    name="outputs_interleaved",
    says="The values are right but in another order: first come all outputs of the first group.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(x, groups, axis=1)", "[x[:, : w.shape[1]]] * groups",
    name="all_groups_read_the_first",
    says="All filters read the first group of channels; each group reads its own.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(x, groups, axis=1)", "np.split(x, groups, axis=1)[::-1]",
    name="groups_backwards",
    says="The first filters belong to the first channels.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(x, groups, axis=1)", "[part[:, ::-1] for part in np.split(x, groups, axis=1)]",
    name="channels_backwards_within_groups",
    says="Within a group the first layer of a kernel belongs to the first channel.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(b, groups)", "[b[: len(b) // groups]] * groups",
    name="one_group_of_biases",
    says="The biases of the first group are used for all groups; every filter has its own.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(b, groups)", "[np.zeros(len(b) // groups)] * groups",
    name="groups_without_bias",
    says="Where is the bias?",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(w, groups)", "[w[: len(w) // groups]] * groups",
    name="one_group_of_filters",
    says="The filters of the first group are used for all groups; each group has its own.",
)  # fmt: skip
slip(
    "grouped_conv", "np.split(w, groups)", "[part[:, :, ::-1, ::-1] for part in np.split(w, groups)]",
    name="grouped_kernels_turned",
    says="The kernels are turned by 180°; lay them on the window as they are.",
)  # fmt: skip
slip(
    "grouped_conv", '"stride": stride', '"stride": 1',
    name="groups_without_stride",
    says="The stride makes no difference here.",
)  # fmt: skip
slip(
    "grouped_conv", '"pad": pad', '"pad": 0',
    name="groups_without_padding",
    says="The padding makes no difference here.",
)  # fmt: skip
slip(
    "grouped_conv", "(*group, conv_param)[0]", "(*group, conv_param)[0] / groups",
    name="divides_by_the_groups",
    says="The result is divided by the number of groups; only the number of channels in a sum is.",
)  # fmt: skip
slip(
    "grouped_conv", "conv_param = {", "w[...] = w[:, ::-1].copy()\n    conv_param = {",
    "np.split(x, groups, axis=1)", "[part[:, ::-1] for part in np.split(x, groups, axis=1)]",
    name="reorders_filters_in_place",
    says="The result is right, but w was changed on the way: w belongs to the caller.",
)  # fmt: skip


def grouped(x, w, b, groups, stride, pad, per_group, filters):
    """Groups by index, with a wrong number of channels or filters where these do not divide."""
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    views = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = []
    for f in range(groups * filters):
        own = views[:, f // filters * per_group : f // filters * per_group + per_group]
        out.append(np.einsum("ncijuv,cuv->nij", own, w[f][:per_group]) + b[f])
    return np.stack(out, axis=1)


@mistake("grouped_conv", says="Three channels in two groups leave one over, silently; a ValueError should say so.")
def leaves_channels_over(x, w, b, groups, stride, pad):
    if len(w) % groups:
        raise ValueError
    return grouped(x, w, b, groups, stride, pad, x.shape[1] // groups, len(w) // groups)


@mistake(
    "grouped_conv",
    says="The groups are dealt out to the filters in turn, the first, the second, and so on; neighbors share one.",
)
def groups_dealt_out_in_turn(x, w, b, groups, stride, pad):
    if x.shape[1] % groups or len(w) % groups:
        raise ValueError
    per_group, out = x.shape[1] // groups, []
    for f in range(len(w)):
        own = x[:, f % groups * per_group :][:, :per_group]
        out.append(grouped(own, w[f : f + 1], b[f : f + 1], 1, stride, pad, per_group, 1))
    return np.concatenate(out, axis=1)


@mistake("grouped_conv", says="Three filters in two groups leave one over, silently; a ValueError should say so.")
def leaves_filters_over(x, w, b, groups, stride, pad):
    if x.shape[1] % groups:
        raise ValueError
    return grouped(x, w, b, groups, stride, pad, x.shape[1] // groups, len(w) // groups)


@mistake(
    "grouped_conv",
    says="A filter reads all channels here, with its weights repeated; it has weights for its own group only.",
)
def repeats_weights_for_all_channels(x, w, b, groups, stride, pad):
    if x.shape[1] % groups or len(w) % groups:
        raise ValueError
    return grouped(x, np.tile(w, (1, groups, 1, 1)), b, 1, stride, pad, x.shape[1], len(w))


# --- depthwise_separable_conv --------------------------------------------------------------------------------------

slip(
    "depthwise_separable_conv", "np.concatenate(maps, axis=1)",
    "np.stack(maps, axis=2).reshape(len(x), -1, *maps[0].shape[2:])",
    name="maps_kernel_by_kernel",
    says="The maps are ordered kernel by kernel; all maps of channel 0 come first.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "dw[c][:, None]", "dw.reshape(multiplier, channels, *dw.shape[2:])[:, c][:, None]",
    name="multiplier_first",
    says="dw is read as (M, C, HH, WW): its first axis is the channel, its second the multiplier.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "dw[c][:, None], np.zeros(multiplier)", "dw[c][:1, None], np.zeros(1)",
    "tensordot(pw, ", "tensordot(pw[:, ::multiplier], ",
    name="one_kernel_per_channel_only",
    says="Only the first kernel of each channel is used; there are M of them.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "conv_param)[0] for", "conv_param)[0].sum(axis=1, keepdims=True) for",
    "tensordot(pw, ", "tensordot(pw[:, ::multiplier], ",
    name="adds_the_maps_of_a_channel",
    says="The M maps of a channel are added up before the mixing; each has a weight of its own.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "x[:, c : c + 1]", "x.sum(axis=1, keepdims=True)",
    name="filters_the_sum_of_the_channels",
    says="The first step adds the channels up; there each channel stays by itself.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "x[:, c : c + 1]", "x[:, channels - 1 - c : channels - c]",
    name="depthwise_channels_backwards",
    says="dw[0] holds the kernels of the first channel.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "dw[c][:, None]", "dw[0][:, None]",
    name="the_same_kernels_for_all_channels",
    says="All channels are filtered with the kernels of channel 0; each has its own.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "dw[c][:, None]", "dw[c][:, None, ::-1, ::-1]",
    name="depthwise_kernels_turned",
    says="The kernels are turned by 180°; lay them on the window as they are.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "np.concatenate(maps, axis=1),", "np.maximum(np.concatenate(maps, axis=1), 0),",
    name="activation_in_between",
    says="Negative values of the maps are cut off; there is nothing between the two steps here.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "return np.tensordot(pw, np.concatenate(maps, axis=1), axes=(1, 1)).swapaxes(0, 1)",
    "return np.concatenate(maps, axis=1)",
    name="no_pointwise_step",
    says="These are the depthwise maps; the 1×1 convolution that mixes them is missing.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "axes=(1, 1)", "axes=(0, 1)",
    name="mixing_matrix_transposed", raises="ValueError",
    says="Rows of pw are output channels, and its columns belong to the maps.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", ".swapaxes(0, 1)", ".reshape(len(x), len(pw), *maps[0].shape[2:])",
    name="separable_result_reshaped",
    says="The result lies as (F, N, H', W'); a reshape scrambles it, swap the axes instead.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", ".swapaxes(0, 1)", ".swapaxes(0, 1)[:, :, ::stride, ::stride]",
    name="stride_in_both_steps",
    says="The stride belongs to the depthwise step only; the pointwise step visits every pixel.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "np.concatenate(maps, axis=1),",
    "np.pad(np.concatenate(maps, axis=1), [(0, 0), (0, 0), (pad, pad), (pad, pad)]),",
    name="padding_in_both_steps",
    says="The padding belongs to the depthwise step only; a 1×1 kernel needs no frame.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", '"pad": pad', '"pad": 0',
    name="separable_without_padding",
    says="The padding makes no difference here.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", ".swapaxes(0, 1)", ".swapaxes(0, 1) / pw.shape[1]",
    name="averages_the_maps",
    says="The result is divided by the number of maps: it should be a sum.",
)  # fmt: skip
slip(
    "depthwise_separable_conv", "conv_param = {", "dw[...] = dw[:, :, ::-1, ::-1].copy()\n    conv_param = {",
    "dw[c][:, None]", "dw[c][:, None, ::-1, ::-1]",
    name="turns_depthwise_kernels_in_place",
    says="The result is right, but dw was turned in place: dw belongs to the caller.",
)  # fmt: skip

# --- separable_kernel ----------------------------------------------------------------------------------------------

slip(
    "separable_kernel", "columns[:, 0] * sizes[0]", "columns[:, 0]",
    name="unit_vectors",
    says="Both vectors have length 1: where has the size of the kernel gone?",
)  # fmt: skip
slip(
    "separable_kernel", "rows[0]", "rows[0] * sizes[0]",
    name="size_in_both_factors",
    says="The singular value is in the column and in the row: it should be in the product once.",
)  # fmt: skip
slip(
    "separable_kernel", "rows[0]", "rows[:, 0]",
    name="row_from_a_column", varies=True,
    says="The third result of np.linalg.svd is transposed already: its first row is the vector you want.",
)  # fmt: skip
slip(
    "separable_kernel", "svd(k, full_matrices=False)", "svd(k)", "rows[0]", "rows[:, 0]",
    name="row_from_a_column_of_all", varies=True,
    says="The third result of np.linalg.svd is transposed already: its first row is the vector you want.",
)  # fmt: skip
slip(
    "separable_kernel", "columns[:, 0]", "columns[0]",
    name="column_from_a_row", varies=True,
    says="The first result of np.linalg.svd holds the vectors as columns.",
)  # fmt: skip
slip(
    "separable_kernel", "svd(k, full_matrices=False)", "svd(k)", "columns[:, 0]", "columns[0]",
    name="column_from_a_row_of_all", varies=True,
    says="The first result of np.linalg.svd holds the vectors as columns.",
)  # fmt: skip
slip(
    "separable_kernel", "columns[:, 0] * sizes[0], rows[0]", "rows[0], columns[:, 0] * sizes[0]",
    name="row_before_column",
    says="The column comes first: np.outer(column, row) has the shape of k.",
)  # fmt: skip
slip(
    "separable_kernel", "return None", "pass",
    name="always_separable",
    says="This is the nearest outer product, also where k is none: then the result is None.",
)  # fmt: skip
slip(
    "separable_kernel", "(sizes[1:] > 1e-5 * sizes[0]).any()", "True",
    name="never_separable",
    says="The result is always None.",
)  # fmt: skip
slip(
    "separable_kernel", "> 1e-5 * sizes[0]", "> 0",
    name="demands_exact_zeros",
    says="Because of rounding, singular values are hardly ever exactly zero: compare with the largest one.",
)  # fmt: skip
slip(
    "separable_kernel", "> 1e-5 * sizes[0]", "> 1e-5",
    name="absolute_tolerance",
    says="A kernel of another scale gets another answer: the tolerance is relative to the first singular value.",
)  # fmt: skip
slip(
    "separable_kernel", "> 1e-5 * sizes[0]", "> 1e-5",
    "columns[:, 0] * sizes[0], rows[0]", "columns[:, 0] * sizes[0] ** 0.5, rows[0] * sizes[0] ** 0.5",
    name="separable_below_a_fixed_number_and_balanced",
    says="A fixed number is compared; it has to grow and shrink with the kernel.",
)  # fmt: skip
slip(
    "separable_kernel", "(sizes[1:] > 1e-5 * sizes[0]).any()", "np.linalg.matrix_rank(k) > 1",
    name="default_tolerance_of_the_rank",
    says="The tolerance of matrix_rank is close to 1e-16; here 1e-5 of the first singular value is allowed.",
)  # fmt: skip
slip(
    "separable_kernel", "1e-5 * sizes", "0.1 * sizes",
    name="tolerance_of_a_tenth",
    says="A kernel that is off by a few percent counts as separable here.",
)  # fmt: skip
slip(
    "separable_kernel", ".any()", ".any() or sizes[0] == 0",
    name="zeros_are_not_separable",
    says="A kernel of zeros is separable: it is the outer product of zeros.",
)  # fmt: skip
slip(
    "separable_kernel", "sizes[1:]", "sizes[-1:]",
    name="smallest_singular_value_only",
    says="The smallest singular value tells whether the rank is full; rank 1 means that the second is zero.",
)  # fmt: skip
slip(
    "separable_kernel", "return None", 'raise ValueError("not separable")',
    name="raises_instead_of_none", raises="ValueError",
    says="A kernel that is not separable is no error here: the result is None.",
)  # fmt: skip
slip(
    "separable_kernel", "columns[:, 0] * sizes[0], rows[0]", "columns[:, :1] * sizes[0], rows[:1]",
    name="factors_as_matrices",
    says="column and row are vectors, of shapes (HH,) and (WW,).",
)  # fmt: skip
slip(
    "separable_kernel", "columns[:, 0] * sizes[0], rows[0]", "np.abs(columns[:, 0]) * sizes[0], np.abs(rows[0])",
    name="factors_without_signs",
    says="The signs are lost.",
)  # fmt: skip
slip(
    "separable_kernel", "(sizes[1:] > 1e-5 * sizes[0]).any()", "sizes[1] > 1e-5 * sizes[0]",
    name="needs_a_second_singular_value", raises="IndexError",
    says="A kernel with a single row or column has one singular value only.",
)  # fmt: skip
slip(
    "separable_kernel", "svd(k,", "svd(np.divide(k, 2, out=k),", "* sizes[0], rows", "* sizes[0] * 2, rows",
    name="scales_the_kernel_in_place",
    says="The result is right, but k was scaled in place: k belongs to the caller.",
)  # fmt: skip


def outer_or_none(k, column, row):
    """(column, row) if their product is k, else None."""
    return (column, row) if np.abs(np.outer(column, row) - k).max() <= 1e-5 * np.abs(k).max() else None


@mistake("separable_kernel", says="What if the corner that you divide by is zero?")
def divides_by_the_corner(k):
    with np.errstate(all="ignore"):
        return outer_or_none(k, k[:, 0] / k[0, 0], k[0])


@mistake("separable_kernel", says="What if the first row, by which the others are measured, is zero?")
def measures_by_the_first_row(k):
    with np.errstate(all="ignore"):
        return outer_or_none(k, k @ k[0] / (k[0] @ k[0]), k[0])


@mistake("separable_kernel", says="Sums of rows and columns are a way only if they are not zero, as for Sobel.")
def measures_by_the_sums(k):
    total = k.sum() if abs(k.sum()) > 1e-9 * np.abs(k).max() else 1.0
    return outer_or_none(k, k.sum(axis=1), k.sum(axis=0) / total)


# --- conv_cost -----------------------------------------------------------------------------------------------------

LAST = "params = cout * (cin // groups) * k**2\n    return params, params * out_h * out_w"
SEPARABLE = "params = multiplier * cin * (k**2 + cout)\n        return params, params * out_h * out_w"

slip(
    "conv_cost", "(h + 2 * pad - span) // stride + 1, (w + 2 * pad - span) // stride + 1", "h, w",
    name="macs_per_input_position",
    says="MACs are counted per input position; each weight is used once per output position.",
)  # fmt: skip
slip(
    "conv_cost", "params * h * w", "params * ((h - 1) * stride + k - 2 * pad) * ((w - 1) * stride + k - 2 * pad)",
    name="transposed_per_output_position",
    says="A transposed convolution uses each weight once per input position, and not per pixel of its larger output.",
)  # fmt: skip
slip(
    "conv_cost", "params * h * w", "params * out_h * out_w",
    name="transposed_as_a_convolution",
    says="The transposed convolution is counted like one that makes its map smaller.",
)  # fmt: skip
slip(
    "conv_cost", "(cin // groups)", "cin",
    name="groups_not_divided",
    says="Groups save nothing here: how many channels does a filter read?",
)  # fmt: skip
slip(
    "conv_cost", "cout * (cin // groups)", "(cout // groups) * (cin // groups)",
    name="groups_divided_twice",
    says="The number of groups divides the channels that a filter reads; there are as many filters as before.",
)  # fmt: skip
slip(
    "conv_cost", "(h + 2 * pad - span) // stride + 1, (w + 2 * pad - span) // stride + 1",
    "(h + 2 * pad - span) / stride + 1, (w + 2 * pad - span) / stride + 1",
    name="fractions_of_windows",
    says="A count is an int: // rounds down to whole windows, and / gives fractions of them.",
)  # fmt: skip
slip(
    "conv_cost", LAST, LAST.replace("k**2", "span**2"),
    name="holes_counted",
    says="The holes of a dilated kernel are counted as weights.",
)  # fmt: skip
slip(
    "conv_cost", "span = dilation * (k - 1) + 1", "span = k",
    name="cost_without_the_span",
    says="The parameters are right. A dilated kernel spans more rows, so fewer windows fit.",
)  # fmt: skip
slip(
    "conv_cost", "span = dilation * (k - 1) + 1", "span = dilation * k",
    name="cost_with_a_hole_behind_the_last_tap",
    says="The parameters are right. The span is not dilation times k: there is no hole behind the last tap.",
)  # fmt: skip
slip(
    "conv_cost", "multiplier * cin * (k**2 + cout)", "cin * (multiplier * k**2 + cout)",
    name="pointwise_without_the_multiplier",
    says="With M kernels per channel, the pointwise step reads M times as many maps.",
)  # fmt: skip
slip(
    "conv_cost", "multiplier * cin * (k**2 + cout)", "cin * (k**2 + cout)",
    name="cost_without_the_multiplier",
    says="The multiplier makes no difference here.",
)  # fmt: skip
slip(
    "conv_cost", "multiplier * cin * (k**2 + cout)", "multiplier * cin * k**2",
    name="cost_of_the_depthwise_step_only",
    says="The pointwise step is missing.",
)  # fmt: skip
slip(
    "conv_cost", "multiplier * cin * (k**2 + cout)", "multiplier * (cout * k**2 + cin * cout)",
    name="depthwise_on_the_output_channels",
    says="The depthwise step filters the input channels, before they are mixed.",
)  # fmt: skip
slip(
    "conv_cost", SEPARABLE,
    SEPARABLE.replace("params * out_h * out_w", "multiplier * cin * (k**2 * h * w + cout * out_h * out_w)"),
    name="depthwise_per_input_position",
    says="The stride belongs to the depthwise step, so it already skips positions.",
)  # fmt: skip
slip(
    "conv_cost", SEPARABLE,
    SEPARABLE.replace("params * out_h * out_w", "multiplier * cin * (k**2 * out_h * out_w + cout * h * w)"),
    name="pointwise_per_input_position",
    says="The pointwise step works on the map that the depthwise step has made, which may be smaller.",
)  # fmt: skip
slip(
    "conv_cost", "k * cout * cout", "k * cin * cout",
    name="second_layer_from_the_input_channels",
    says="The second layer of a spatially separable convolution reads the output channels of the first.",
)  # fmt: skip
slip(
    "conv_cost", "first * out_h * w", "first * out_h * out_w",
    name="both_layers_on_the_last_map",
    says="The first layer strides and pads vertically only: how wide is its output?",
)  # fmt: skip
slip(
    "conv_cost", "first * out_h * w", "first * h * w",
    name="first_layer_on_the_input_map",
    says="The first layer already skips rows: how high is its output?",
)  # fmt: skip
slip(
    "conv_cost", "first * out_h * w", "first * h * out_w",
    name="first_layer_along_the_rows",
    says="The first layer has k×1 kernels, which move down the columns.",
)  # fmt: skip
slip(
    "conv_cost", LAST, "params = cout * (cin // groups) * k**2\n    return params + cout, params * out_h * out_w",
    name="counts_biases",
    says="The biases are counted here, and they should not be.",
)  # fmt: skip
slip(
    "conv_cost", LAST, LAST.replace("params, params", "params, 2 * params"),
    name="flops_instead_of_macs",
    says="A multiplication and its addition are one MAC together.",
)  # fmt: skip
slip(
    "conv_cost", LAST, LAST.replace("return params, params * out_h * out_w", "return params * out_h * out_w, params"),
    name="macs_before_params",
    says="The parameters come first.",
)  # fmt: skip
slip(
    "conv_cost", LAST, LAST.replace("k**2", "k"),
    name="kernels_of_one_row",
    says="A kernel has k rows and k columns.",
)  # fmt: skip
slip(
    "conv_cost", "h + 2 * pad - span", "h + pad - span", "w + 2 * pad - span", "w + pad - span",
    name="pads_one_side",
    says="The padding lies on both sides.",
)  # fmt: skip
slip(
    "conv_cost", "(h + 2 * pad - span) // stride + 1, (w + 2 * pad - span) // stride + 1",
    "-(-(h + 2 * pad - span) // stride) + 1, -(-(w + 2 * pad - span) // stride) + 1",
    name="size_rounded_up",
    says="The size is rounded down: a window that sticks out is not computed.",
)  # fmt: skip
slip(
    "conv_cost", "(w + 2 * pad - span)", "(h + 2 * pad - span)",
    name="cost_of_a_square_image",
    says="The image need not be square: the width of the output comes from w.",
)  # fmt: skip
slip(
    "conv_cost", 'if kind not in ("standard", "dilated", "grouped")', "if False",
    name="accepts_any_kind",
    says="A kind that does not exist should raise a ValueError.",
)  # fmt: skip

# --- questions -----------------------------------------------------------------------------------------------------

mistake("q_span", says="Is there a hole behind the last tap?", name="span_as_a_product")(15)
mistake("q_span", says="Both the first tap and the last lie within the span.", name="span_without_the_first_row")(12)
mistake("q_stack", says="These layers have strides.", name="stack_without_strides")(7)
mistake("q_stack", says="Does a layer's own stride stretch what it reads?", name="stack_with_own_strides")(29)
mistake("q_canvas", says="Is the padding added or cropped?", name="canvas_grown")(18)
mistake("q_canvas", says="Output padding is missing.", name="canvas_without_output_padding")(12)
mistake("q_which_bug_is_it", says="5 is the sum of two stamps.", name="bug_of_overwriting")("a")
mistake("q_which_bug_is_it", says="With stride 1 the output would have four numbers.", name="bug_of_the_stride")("c")
mistake("q_group_weights", says="Groups save weights.", name="weights_without_groups")(73728)
mistake("q_group_weights", says="The number of filters is not divided.", name="weights_divided_twice")(4608)
mistake("q_saving", says="The pointwise step is not free.", name="saving_without_the_pointwise_step")(9)
mistake("q_saving", says="That is the part that is left; how many times fewer?", name="saving_inverted")(0.115)
mistake("q_not_separable", says="A row of zeros is 0 times any row.", name="zeros_are_suspicious")("d")
