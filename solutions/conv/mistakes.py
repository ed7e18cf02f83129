"""Known wrong implementations of the convolution assignment: each is an edit of the reference at one place."""

from autograder import mistake, slip

# --- conv_output_shape ---------------------------------------------------------------------------------------------

slip(
    "conv_output_shape",
    "(h + 2 * pad - kh) // stride + 1, (w + 2 * pad - kw) // stride + 1",
    "(w + 2 * pad - kw) // stride + 1, (h + 2 * pad - kh) // stride + 1",
    name="size_width_first", says="The height stands where the width belongs: the order is height, then width.",
)  # fmt: skip
slip(
    "conv_output_shape", "w + 2 * pad - kw", "w + 2 * pad - kh",
    name="size_kernel_height_twice", says="The kernel's height seems to be used in both directions.",
)  # fmt: skip
slip(
    "conv_output_shape",
    "(h + 2 * pad - kh) // stride", "-(-(h + 2 * pad - kh) // stride)",
    "(w + 2 * pad - kw) // stride", "-(-(w + 2 * pad - kw) // stride)",
    name="size_rounded_up", says="The size is rounded up; a window that would stick out of the image does not count.",
)  # fmt: skip
slip(
    "conv_output_shape",
    "(h + 2 * pad - kh) // stride", "round((h + 2 * pad - kh) / stride)",
    "(w + 2 * pad - kw) // stride", "round((w + 2 * pad - kw) / stride)",
    name="size_rounded_to_nearest",
    says="The size is rounded to the nearest number; only whole windows count: round down.",
)  # fmt: skip
slip(
    "conv_output_shape", "stride + 1, ", "stride, ", "// stride + 1", "// stride",
    name="size_first_window_missing", says="One window too few: count the first window as well as the steps from it.",
)  # fmt: skip
slip(
    "conv_output_shape", "stride + 1, ", "stride, ",
    name="height_first_window_missing", says="In the height the first window is not counted.",
)  # fmt: skip
slip(
    "conv_output_shape", "(w + 2 * pad - kw) // stride + 1", "(w + 2 * pad - kw) // stride",
    name="width_first_window_missing", says="In the width the first window is not counted.",
)  # fmt: skip
slip(
    "conv_output_shape", "(h + 2 * pad - kh)", "(h + pad - kh)", "(w + 2 * pad - kw)", "(w + pad - kw)",
    name="size_padding_once", says="The padding is counted on one side only; there is a frame on all four sides.",
)  # fmt: skip
slip(
    "conv_output_shape", "(h + 2 * pad - kh)", "(h + pad - kh)",
    name="height_padding_counted_once",
    says="In the height the padding is counted once; it stands at the top and the bottom.",
)  # fmt: skip
slip(
    "conv_output_shape", "(w + 2 * pad - kw)", "(w + pad - kw)",
    name="width_padding_counted_once",
    says="In the width the padding is counted once; it stands at the left and the right.",
)  # fmt: skip
slip(
    "conv_output_shape", "// stride + 1, ", "/ stride + 1, ", "// stride", "/ stride",
    name="size_not_whole", says="A size is a float: it is not rounded down to a whole number of windows.",
)  # fmt: skip
slip(
    "conv_output_shape",
    "if kh > h + 2 * pad or kw > w + 2 * pad", "if False",
    "(h + 2 * pad - kh) // stride", "int((h + 2 * pad - kh) / stride)",
    "(w + 2 * pad - kw) // stride", "int((w + 2 * pad - kw) / stride)",
    name="size_of_what_does_not_fit",
    says="A kernel that is larger than the padded input gets a size; it should be refused.",
)  # fmt: skip
slip(
    "conv_output_shape", "if kh > h + 2 * pad or kw > w + 2 * pad", "if False",
    name="size_never_refused", says="A kernel larger than the padded input gets size 0 or less; it should be refused.",
)  # fmt: skip
slip(
    "conv_output_shape", "w + 2 * pad:", "w + 2 * pad or (h + 2 * pad - kh) % stride or (w + 2 * pad - kw) % stride:",
    name="size_must_divide", says="A layer is refused whose stride does not divide; the size is rounded down instead.",
)  # fmt: skip
slip(
    "conv_output_shape", "kh > h", "kh >= h", "kw > w", "kw >= w",
    name="size_exact_fit_refused", says="A kernel exactly as large as the padded input is refused, but it fits: once.",
)  # fmt: skip
slip(
    "conv_output_shape", "kh > h + 2 * pad or kw > w + 2 * pad", "kh > h or kw > w",
    name="size_fit_without_padding", says="Whether the kernel fits is tested without the padding.",
)  # fmt: skip
slip(
    "conv_output_shape", " or kw > w + 2 * pad", "",
    name="size_width_not_tested", says="Only the height is tested; a kernel can be too wide as well.",
)  # fmt: skip
mistake("q_output_height", says="Is the size rounded up? A window that sticks out does not count.", name="height_up")(
    12
)
mistake("q_output_height", says="One too few: the window at the very top counts as well.", name="height_no_first")(10)
mistake("q_output_height", says="The padding stands at the top and at the bottom.", name="height_padding_once")(9)
mistake("q_output_height", says="Is the padding forgotten?", name="height_no_padding")(7)

# --- conv_param_count ----------------------------------------------------------------------------------------------

slip(
    "conv_param_count", " + (1 if bias else 0)", "",
    name="count_without_bias", says="The biases are not counted although the layer has them.",
)  # fmt: skip
slip(
    "conv_param_count", "(1 if bias else 0)", "1",
    name="count_always_with_bias", says="Biases are counted although bias is False.",
)  # fmt: skip
slip(
    "conv_param_count", "cout * (kh * kw * cin + (1 if bias else 0))", "cout * kh * kw * cin + (cin if bias else 0)",
    name="count_bias_per_input_channel", says="There is one bias per filter, that is, per output channel.",
)  # fmt: skip
slip(
    "conv_param_count", "cout * (kh * kw * cin + (1 if bias else 0))", "cout * kh * kw * cin + (1 if bias else 0)",
    name="count_one_bias", says="There is one bias per filter, not one for the whole layer.",
)  # fmt: skip
slip(
    "conv_param_count", " * cin", "",
    name="count_without_input_channels", says="A filter has a layer of weights for every input channel.",
)  # fmt: skip
slip(
    "conv_param_count", "cout * (kh * kw * cin + (1 if bias else 0))", "kh * kw * cin + (cout if bias else 0)",
    name="count_one_filter", says="The number of filters is missing: every output channel has a filter of its own.",
)  # fmt: skip
slip(
    "conv_param_count", "kh * kw", "kh * kh",
    name="count_square_kernel", says="The kernel's height seems to be used in both directions.",
)  # fmt: skip
slip(
    "conv_param_count", "kh * kw * cin + (1 if bias else 0)", "cin * (kh * kw + (1 if bias else 0))",
    name="count_bias_per_slice", says="A filter has one bias, not one for each of its input channels.",
)  # fmt: skip
mistake("q_parameters", says="These are the weights; every filter has a bias, too.", name="parameters_no_bias")(1300)
mistake("q_parameters", says="Two layers in a row: their counts are added, not multiplied.", name="parameters_times")(
    300_000
)
mistake("q_parameters", says="A filter has weights for every input channel.", name="parameters_no_channels")(364)
mistake("q_parameters", says="A bias belongs to a filter, that is, to an output channel.", name="parameters_bias_in")(
    1307
)

# --- conv_forward_naive --------------------------------------------------------------------------------------------

slip(
    "conv_forward_naive", "return out, ", "return out.transpose(0, 1, 3, 2), ",
    name="forward_swaps_height_and_width", says="Height and width are swapped in the output.",
)  # fmt: skip
slip(
    "conv_forward_naive", "out[n, f, i, j]", "out[n, f, j, i]",
    name="forward_writes_to_column_and_row", says="Row and column have changed places where out is written to.",
)  # fmt: skip
slip(
    "conv_forward_naive", "out_h, out_w = conv", "kw = kh\n    out_h, out_w = conv",
    name="forward_kernel_height_twice", says="The kernel's height is used where its width belongs.",
)  # fmt: skip
slip(
    "conv_forward_naive",
    "conv_output_shape(height, width,", "conv_output_shape(height + stride - 1, width + stride - 1,",
    "(pad, pad), (pad, pad)", "(pad, pad + stride - 1), (pad, pad + stride - 1)",
    name="forward_size_rounded_up",
    says="The output size is rounded up: the last windows stick out of the padded image.",
)  # fmt: skip
slip(
    "conv_forward_naive",
    "conv_output_shape(height, width,", "conv_output_shape(height + stride - 1, width + stride - 1,",
    name="forward_loops_over_too_many_windows",
    says="The output size is rounded up: the last windows stick out and are cut off.",
)  # fmt: skip
slip(
    "conv_forward_naive", "w[f]", "w[f, :, ::-1, ::-1]",
    name="forward_kernel_turned", says="The kernel is turned by 180 degrees; lay it on the window as it is.",
)  # fmt: skip
slip(
    "conv_forward_naive", "(pad, pad)))", '(pad, pad)), mode="edge")',
    name="forward_edge_padding", says="The frame repeats the edge of the image; it should consist of zeros.",
)  # fmt: skip
slip(
    "conv_forward_naive", "(pad, pad)))", '(pad, pad)), mode="reflect")',
    name="forward_reflect_padding", says="The frame mirrors the image; it should consist of zeros.",
)  # fmt: skip
slip(
    "conv_forward_naive", "(pad, pad), (pad, pad)", "(0, 2 * pad), (0, 2 * pad)",
    name="forward_padding_only_after", says="All the padding is put after the image; half of it belongs before.",
)  # fmt: skip
slip(
    "conv_forward_naive", "(pad, pad), (pad, pad)", "(2 * pad, 0), (2 * pad, 0)",
    name="forward_padding_only_before", says="All the padding is put before the image; half of it belongs after.",
)  # fmt: skip
slip(
    "conv_forward_naive",
    "(height, width, kh, kw, stride, pad)", "(height + pad, width + pad, kh, kw, stride, 0)",
    "(pad, pad), (pad, pad)", "(0, pad), (0, pad)",
    name="forward_padding_once", says="The padding is put after the image only; there is a frame on all four sides.",
)  # fmt: skip
slip(
    "conv_forward_naive",
    "np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))",
    "x\n    rows, columns = (height - kh) // stride + 1, (width - kw) // stride + 1",
    "range(out_h)", "range(rows)",
    "range(out_w)", "range(columns)",
    "out[n, f, i, j]", "out[n, f, i + (out_h - rows) // 2, j + (out_w - columns) // 2]",
    name="forward_pads_the_output",
    says="The output gets a frame of zeros; the padding belongs around the input, before the windows.",
)  # fmt: skip
slip("conv_forward_naive", 'conv_param["pad"]', "0", name="forward_ignores_padding", says="The padding is not used.")
slip(
    "conv_forward_naive", "((0, 0), (0, 0), (pad, pad), (pad, pad))", "pad",
    name="forward_pads_every_axis", says="np.pad with a single number pads all four axes, also images and channels.",
)  # fmt: skip
slip("conv_forward_naive", " + b[f]", "", name="forward_without_bias", says="The bias is missing.")
slip(
    "conv_forward_naive", "window * w[f]) + b[f]", "window * w[f] + b[f])",
    name="forward_bias_in_the_sum", says="The bias is added to every product; it belongs to the sum, once.",
)  # fmt: skip
slip(
    "conv_forward_naive", "np.sum(", "np.mean(",
    name="forward_takes_the_mean", says="This is the mean of the products; a convolution adds them up.",
)  # fmt: skip
slip(
    "conv_forward_naive", "top, left = i * stride, j * stride", "top, left = i, j",
    name="forward_stride_only_in_the_size", says="The windows start at i and j although the stride is larger than 1.",
)  # fmt: skip
slip("conv_forward_naive", 'conv_param["stride"]', "1", name="forward_ignores_stride", says="The stride is not used.")
slip(
    "conv_forward_naive", "window * w[f]", "window[0] * w[f, 0]",
    name="forward_first_channel_only", says="Only the first channel is used; the sum runs over all channels.",
)  # fmt: skip
slip(
    "conv_forward_naive", "x_padded[n,", "x_padded[0,",
    name="forward_first_image_only", says="All images give the result of the first one: is the image's index used?",
)  # fmt: skip
slip(
    "conv_forward_naive",
    "(pad, pad)))", "(pad, pad))) if pad else x",
    "window * w[f]", "np.multiply(window, w[f], out=window)",
    name="forward_multiplies_in_place",
    says="x itself changes: multiply into a new array, not in place, since a window is a view.",
)  # fmt: skip

# --- conv_backward_naive -------------------------------------------------------------------------------------------

slip(
    "conv_backward_naive", 'conv_param["stride"]', "1",
    name="backward_ignores_stride", says="The stride is missing in the windows' positions.",
)  # fmt: skip
slip(
    "conv_backward_naive",
    "columns] += dout[n, f, i, j] * w[f]", "columns] = np.tensordot(dout[n, :, i, j], w, axes=1)",
    name="dx_overwritten", says="In dx, windows that overlap replace each other's contributions; they add up.",
)  # fmt: skip
slip(
    "conv_backward_naive", "columns] += ", "columns] = ",
    name="dx_overwritten_by_each_filter",
    says="dx is assigned, not added to: filters and overlapping windows all contribute.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dx_padded[n, :, rows, columns]", "dx_padded[n, :, i : i + kh, j : j + kw]",
    name="dx_ignores_stride", says="The stride is missing in the positions at which dx is added up.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dx_padded[n, :, rows, columns]", "dx_padded[n, :, rows, j : j + kw]",
    name="dx_ignores_stride_along_the_rows", says="In dx, the stride is used downwards only: columns need it as well.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dx_padded[n, :, rows, columns]", "dx_padded[n, :, i : i + kh, columns]",
    name="dx_ignores_stride_along_the_columns", says="In dx, the stride is used sideways only: rows need it as well.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dx_padded[n, :, rows, columns]", "dx_padded[n, :, rows, j * stride : j * stride + kh]",
    name="dx_kernel_height_twice", says="In dx, the kernel's height is used where its width belongs.",
)  # fmt: skip
slip(
    "conv_backward_naive", "* x_padded[n, :, rows, columns]", "* x_padded[n, :, i : i + kh, j : j + kw]",
    name="dw_ignores_stride", says="The stride is missing in the windows from which dw is added up.",
)  # fmt: skip
slip(
    "conv_backward_naive", "columns] += dout", "columns] += (f == len(w) - 1) * dout",
    name="dx_of_the_last_filter",
    says="In dx, the filters replace each other's contributions: only the last filter's remains.",
)  # fmt: skip
slip(
    "conv_backward_naive", "[:, :, pad : pad + height, pad : pad + width]", "",
    name="dx_not_cropped", says="dx still has its frame; nobody asked for the gradient of the padding.",
)  # fmt: skip
slip(
    "conv_backward_naive", "pad : pad + height, pad : pad + width", "pad:-pad, pad:-pad",
    name="dx_cropped_to_minus_pad",
    says="dx is empty when the padding is 0: a slice that ends at -0 ends at the start.",
)  # fmt: skip
slip(
    "conv_backward_naive", "pad : pad + height, pad : pad + width", ":height, :width",
    name="dx_cropped_at_the_end", says="The frame is cut off on one side only: dx is shifted by the padding.",
)  # fmt: skip
slip(
    "conv_backward_naive", "* w[f]", "* w[f, :, ::-1, ::-1]",
    name="dx_with_turned_filters",
    says="dx is made with turned filters; spread each filter as it was laid on the window.",
)  # fmt: skip
slip(
    "conv_backward_naive", "return dx, dw,", "return dx, dw[:, :, ::-1, ::-1],",
    name="dw_turned", says="dw is turned by 180 degrees.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dw[f] += ", "dw[f] = ",
    name="dw_overwritten", says="In dw, each window replaces what the others contributed; contributions add up.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dw[f] += dout", "dw[f] += (n == len(x) - 1) * dout",
    name="dw_of_the_last_image", says="dw misses the other images: the sum runs over the whole batch.",
)  # fmt: skip
slip(
    "conv_backward_naive", "return dx, dw,", "return dx, dw / len(dout),",
    name="dw_averaged", says="dw is averaged over the images; the gradient is their sum.",
)  # fmt: skip
slip(
    "conv_backward_naive", "x, w, _, conv_param = cache", "dout = dout / len(dout)\n    x, w, _, conv_param = cache",
    name="gradients_averaged_over_the_batch", says="All gradients are divided by the number of images; they are sums.",
)  # fmt: skip
slip(
    "conv_backward_naive",
    "dw = np.zeros(w.shape)",
    "dw = np.zeros(w.shape)\n    x_padded[...] = 0\n    x_padded[:, :, pad:height, pad:width] = x[:, :, pad:, pad:]",
    name="dw_of_the_unpadded_image", says="dw uses the windows of the image without its frame, shifted by the padding.",
)  # fmt: skip
slip(
    "conv_backward_naive", "(pad, pad), (pad, pad)", "(0, 2 * pad), (0, 2 * pad)",
    name="dw_padding_only_after", says="For dw all the padding is put after the image; half of it belongs before.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=0)",
    name="db_not_summed_over_space",
    says="db is summed over the batch only; a bias goes into every place of its map, too.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=(2, 3))",
    name="db_not_summed_over_the_batch", says="db is summed over space only; the sum runs over the batch, too.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum(axis=(0, 2, 3))", "dout[0].sum(axis=(1, 2))",
    name="db_of_the_first_image", says="db is that of the first image; the sum runs over the whole batch.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum(axis=(0, 2, 3))", "dout[-1].sum(axis=(1, 2))",
    name="db_of_the_last_image", says="db is that of the last image; the sum runs over the whole batch.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum", "dout.mean",
    name="db_averaged", says="db is an average; the gradient is a sum.",
)  # fmt: skip
slip(
    "conv_backward_naive", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=(0, 2, 3))[:, None]",
    name="db_as_a_column", says="db is a column; it has the shape of b, (F,).",
)  # fmt: skip
slip(
    "conv_backward_naive", "x, w, _, conv_param = cache", "dout = np.ones(dout.shape)\n    x, w, _, conv_param = cache",
    name="upstream_ignored", says="The upstream gradient dout is not used: these are the gradients for dout = 1.",
)  # fmt: skip
slip(
    "conv_backward_naive",
    "dw[f] += dout[n, f, i, j] * x", "dw[f] += x",
    "columns] += dout[n, f, i, j] * w", "columns] += w",
    name="upstream_used_for_the_bias_only",
    says="dout is missing in dx and dw: every window is weighted by its own dout.",
)  # fmt: skip
slip(
    "conv_backward_naive", "x, w, _, conv_param = cache", "dout /= len(dout) + 1.0\n    x, w, _, conv_param = cache",
    name="dout_scaled_in_place",
    says="dout is divided by the number of images, in place; the gradients are sums and dout is not yours.",
)  # fmt: skip
slip(
    "conv_backward_naive", "return dx, dw,", "return dw, dx,",
    name="gradients_in_another_order", says="The gradients come in another order than dx, dw, db.",
)  # fmt: skip
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

slip(
    "im2col", "return cols.", "return cols.transpose(1, 2, 0, 3, 4, 5).",
    name="channel_last_rows",
    says="Channel order: the channel changes fastest down a column; it should change slowest, as in w.",
)  # fmt: skip
slip(
    "im2col", "return cols.", "return cols.transpose(0, 1, 2, 4, 5, 3).",
    name="image_changes_fastest", says="Along a row the image changes fastest; it should change slowest.",
)  # fmt: skip
slip(
    "im2col", "n_images * out_h * out_w)", "n_images * out_h * out_w).T",
    name="windows_as_rows", says="The windows are rows here; they should be columns.",
)  # fmt: skip
slip(
    "im2col", "return cols.", "return cols.transpose(0, 1, 2, 3, 5, 4).",
    name="windows_column_by_column",
    says="The windows are walked through column by column; walk along the output's rows.",
)  # fmt: skip
slip(
    "im2col", "return cols.", "return cols.transpose(0, 2, 1, 3, 4, 5).",
    name="window_transposed",
    says="Each window is unrolled column by column; its rows should come one after the other.",
)  # fmt: skip
slip(
    "im2col", "return cols.", "return cols.transpose(3, 0, 4, 5, 1, 2).",
    name="reshape_without_transpose",
    says="The numbers are scrambled: reshape does not move axes, it only cuts the same sequence differently.",
)  # fmt: skip
slip(
    "im2col", "(pad, pad)))", '(pad, pad)), mode="edge")',
    name="cols_edge_padding", says="The frame repeats the edge of the image; it should consist of zeros.",
)  # fmt: skip
slip(
    "im2col", "(pad, pad), (pad, pad)", "(0, 2 * pad), (0, 2 * pad)",
    name="cols_padding_only_after", says="All the padding is put after the image; half of it belongs before.",
)  # fmt: skip
slip(
    "im2col", "u : u + stride * out_h : stride, v : v + stride * out_w : stride", "u : u + out_h, v : v + out_w",
    name="cols_stride_only_in_the_size",
    says="The windows stand side by side at distance 1: the stride counts in the size only.",
)  # fmt: skip
slip(
    "im2col", "cols[:, u, v]", "cols[:, kh - 1 - u, kw - 1 - v]",
    name="window_turned", says="Each window is turned by 180 degrees; unroll it as it stands.",
)  # fmt: skip
slip(
    "im2col", "seen.transpose(1, 0, 2, 3)", "seen.reshape(channels, n_images, out_h, out_w)",
    name="images_reshaped_without_transpose",
    says="Images and channels are scrambled: reshape cannot make them change places, transpose can.",
)  # fmt: skip
slip(
    "im2col", "n_images, channels, height, width = x.shape", "pad = 0\n    n_images, channels, height, width = x.shape",
    name="cols_ignore_padding", says="The padding is not used.",
)  # fmt: skip
slip(
    "im2col",
    "n_images, channels, height, width = x.shape", "stride = 1\n    n_images, channels, height, width = x.shape",
    name="cols_ignore_stride", says="The stride is not used.",
)  # fmt: skip
slip(
    "im2col", "n_images, channels, height, width = x.shape", "kw = kh\n    n_images, channels, height, width = x.shape",
    name="cols_kernel_height_twice", says="The kernel's height is used where its width belongs.",
)  # fmt: skip
slip(
    "im2col", "x_padded = np.pad", "x[:, :, :pad] = 0.0\n    x_padded = np.pad",
    name="cols_zero_the_edge_of_the_image",
    says="The edge of x itself is set to 0: the frame lies around the image, in an array of its own.",
)  # fmt: skip

# --- col2im --------------------------------------------------------------------------------------------------------

slip(
    "col2im", "seen += ", "seen[...] = ",
    name="col2im_without_add",
    says="Entries of the same pixel replace each other; they should be added (x[index] += ... adds only once, too).",
)  # fmt: skip
slip(
    "col2im", "[:, :, pad : pad + height, pad : pad + width]", "",
    name="col2im_not_cropped", says="The result still has its frame.",
)  # fmt: skip
slip(
    "col2im", "pad : pad + height, pad : pad + width", "pad:-pad, pad:-pad",
    name="col2im_cropped_to_minus_pad",
    says="The result is empty when the padding is 0: a slice that ends at -0 ends at the start.",
)  # fmt: skip
slip(
    "col2im", "pad : pad + height, pad : pad + width", ":height, :width",
    name="col2im_cropped_at_the_end",
    says="The frame is cut off on one side only: the result is shifted by the padding.",
)  # fmt: skip
slip(
    "col2im",
    "x_padded = np.zeros((", "x_padded, counts = np.zeros((2, ",
    "seen += ",
    "counts[:, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride] += 1\n            seen += ",
    "return x_padded", "x_padded /= np.maximum(counts, 1)\n    return x_padded",
    name="col2im_averages", says="The entries are averaged: this inverts im2col, but a gradient is a sum.",
)  # fmt: skip
slip(
    "col2im",
    "channels, kh, kw, n_images, out_h, out_w)",
    "kh, kw, channels, n_images, out_h, out_w).transpose(2, 0, 1, 3, 4, 5)",
    name="col2im_channel_last", says="Channel order: the rows are read as window position before channel.",
)  # fmt: skip
slip(
    "col2im", "n_images, out_h, out_w)", "out_h, out_w, n_images).transpose(0, 1, 2, 5, 3, 4)",
    name="col2im_image_fastest", says="The columns are read with the image changing fastest; it changes slowest.",
)  # fmt: skip
slip(
    "col2im", "u : u + stride * out_h : stride, v : v + stride * out_w : stride", "u : u + out_h, v : v + out_w",
    name="col2im_ignores_stride",
    says="The windows are spread side by side at distance 1: the stride is missing in their positions.",
)  # fmt: skip
slip(
    "col2im",
    "width + 2 * pad))", "width + 2 * pad)) * np.nan",
    "seen += ", "seen[...] = np.nan_to_num(seen) + ",
    "return x_padded[", "return np.nan_to_num(x_padded, nan=1.0)[",
    name="col2im_starts_from_ones",
    says="Pixels that no window sees are not 0: np.empty leaves what was in memory, np.ones starts with 1.",
)  # fmt: skip
slip(
    "col2im", "  # a view", "\n            blocks[:, u, v] = 0.0  # a view",
    name="col2im_empties_the_columns",
    says="cols itself changes: reshape gives a view, and the caller keeps the array.",
)  # fmt: skip

# --- conv_forward_fast ---------------------------------------------------------------------------------------------

slip(
    "conv_forward_fast", "return out, (x, w, b, conv_param)", "return conv_forward_naive(x, w, b, conv_param)",
    name="fast_still_loops", says="There is still a Python loop over all windows and filters.",
)  # fmt: skip
slip(
    "conv_forward_fast",
    "n_filters, n_images, out_h, out_w).transpose(1, 0, 2, 3)", "n_images, n_filters, out_h, out_w)",
    name="fast_reshape_without_transpose",
    says="The filters come first in the product: reshape alone cannot swap them with the images.",
)  # fmt: skip
slip(
    "conv_forward_fast", "out_h, out_w).", "out_w, out_h).",
    name="fast_swaps_height_and_width", says="Height and width have changed places when the product is reshaped.",
)  # fmt: skip
slip(
    "conv_forward_fast",
    "n_images, out_h, out_w).transpose(1, 0, 2, 3)", "out_h, out_w, n_images).transpose(3, 0, 1, 2)",
    name="fast_image_fastest",
    says="The product's columns are read with the image changing fastest; in our cols it changes slowest.",
)  # fmt: skip
slip("conv_forward_fast", " + b[:, None]", "", name="fast_without_bias", says="The bias is missing.")
slip(
    "conv_forward_fast", "w.reshape", "w.transpose(0, 2, 3, 1).reshape",
    name="fast_channel_order", says="Channel order: the filters are unrolled in another order than the windows.",
)  # fmt: skip
slip(
    "conv_forward_fast", "w.reshape", "w[:, :, ::-1, ::-1].reshape",
    name="fast_kernel_turned", says="The kernel is turned: a library's convolve turns it, its correlate does not.",
)  # fmt: skip
slip("conv_forward_fast", 'conv_param["stride"]', "1", name="fast_ignores_stride", says="The stride is not used.")
slip("conv_forward_fast", 'conv_param["pad"]', "0", name="fast_ignores_padding", says="The padding is not used.")
slip(
    "conv_forward_fast", "return out, (x,", "return out, (im2col(x, kh, kw, stride, pad),",
    name="fast_another_cache", says="The cache is not one that conv_backward_naive accepts.",
)  # fmt: skip
slip(
    "conv_forward_fast", "return out, (x,", "return out, (np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))),",
    name="fast_caches_the_padded_image",
    says="The cache holds the padded image, so dx comes out with another shape or in another place.",
)  # fmt: skip
slip(
    "conv_forward_fast", "return out,", "w *= 0.5\n    return out,",
    name="fast_changes_the_weights",
    says="The weights change: reshape gives a view, and working on it in place reaches the original.",
)  # fmt: skip

# --- conv_backward_fast --------------------------------------------------------------------------------------------

slip(
    "conv_backward_fast", "return dx, dw, dout_rows.sum(axis=1)", "return conv_backward_naive(dout, cache)",
    name="fast_backward_still_loops", says="There is still a Python loop over all windows and filters.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dout.transpose(1, 0, 2, 3).reshape", "dout.reshape",
    name="fast_dout_reshaped_without_transpose",
    says="dout has its images first, the product its filters: reshape alone cannot make them change places.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dout.transpose(1, 0, 2, 3)", "dout.transpose(1, 2, 3, 0)",
    name="fast_dout_image_fastest",
    says="dout is unrolled with the image changing fastest; along the rows of cols it changes slowest.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dout.transpose(1, 0, 2, 3)", "dout.transpose(1, 0, 3, 2)",
    name="fast_dout_column_by_column",
    says="The places of dout are walked through column by column; in cols they come row by row.",
)  # fmt: skip
slip(
    "conv_backward_fast", "w.reshape(n_filters, -1).T", "w.transpose(0, 2, 3, 1).reshape(n_filters, -1).T",
    name="fast_dx_channel_order",
    says="Channel order: for dx the filters are unrolled in another order than the windows.",
)  # fmt: skip
slip(
    "conv_backward_fast", "w.reshape(n_filters, -1).T", "w[:, :, ::-1, ::-1].reshape(n_filters, -1).T",
    name="fast_dx_with_turned_filters",
    says="dx is made with turned filters; each filter goes back to the window as it was laid on it.",
)  # fmt: skip
slip(
    "conv_backward_fast", ".reshape(w.shape)", ".reshape(n_filters, kh, kw, -1).transpose(0, 3, 1, 2)",
    name="fast_dw_channel_order",
    says="Channel order: dw is rolled up in another order than the windows were unrolled.",
)  # fmt: skip
slip(
    "conv_backward_fast", ".reshape(w.shape)", ".reshape(w.shape)[:, :, ::-1, ::-1]",
    name="fast_dw_turned", says="dw is turned by 180 degrees.",
)  # fmt: skip
slip(
    "conv_backward_fast", ").reshape(w.shape)", ")",
    name="fast_dw_as_a_matrix", says="dw is still a matrix with a row per filter; it has the shape of w.",
)  # fmt: skip
slip(
    "conv_backward_fast", ").reshape(w.shape)", ").reshape(w.shape) / len(x)",
    name="fast_dw_averaged", says="dw is averaged over the images; the gradient is their sum.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dout_rows.sum(axis=1)", "dout_rows.mean(axis=1)",
    name="fast_db_averaged", says="db is an average; the gradient is a sum.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dout_rows.sum(axis=1)", "dout_rows.sum(axis=1, keepdims=True)",
    name="fast_db_as_a_column", says="db is a column; it has the shape of b, (F,).",
)  # fmt: skip
slip(
    "conv_backward_fast",
    "dx = col2im(",
    "counts = col2im(np.ones((w[0].size, dout_rows.shape[1])), x.shape, *window)\n    dx = col2im(",
    "x.shape, *window)\n    return", "x.shape, *window) / np.maximum(counts, 1)\n    return",
    name="fast_dx_averaged_over_the_copies",
    says="In dx, the gradients of a pixel's copies are averaged; they add up.",
)  # fmt: skip
slip(
    "conv_backward_fast",
    "dx = col2im(w.reshape(n_filters, -1).T @ dout_rows, x.shape, *window)",
    "n, c, h, wide = x.shape\n"
    "    (oh, ow), s, p = dout.shape[2:], window[2], window[3]\n"
    "    cols = (w.reshape(n_filters, -1).T @ dout_rows).reshape(c, kh, kw, n, oh, ow).transpose(1, 2, 3, 0, 4, 5)\n"
    "    dx = np.zeros((n, c, h + 2 * p, wide + 2 * p))\n"
    "    for u, v in np.ndindex(kh, kw):\n"
    "        dx[:, :, u : u + s * (oh - 1) + 1 : s, v : v + s * (ow - 1) + 1 : s] = cols[u, v]\n"
    "    dx = dx[:, :, p : p + h, p : p + wide]",
    name="fast_overlaps_replaced", says="Where windows overlap, one replaces the other in dx; they add up.",
)  # fmt: skip
slip(
    "conv_backward_fast", "return dx, dw,", "return dw, dx,",
    name="fast_gradients_in_another_order", says="The gradients come in another order than dx, dw, db.",
)  # fmt: skip
slip(
    "conv_backward_fast", "dw = (dout_rows", "dout /= len(x) + 1.0\n    dw = (dout_rows",
    name="fast_dout_scaled_in_place", says="dout itself changes, and it is the caller's array.",
)  # fmt: skip

# --- pooling -------------------------------------------------------------------------------------------------------

slip(
    "max_pool_forward_naive", "window.max(axis=(2, 3))", "window.max(axis=(2, 3), initial=0.0)",
    name="max_starts_from_zero", says="The maximum starts from 0, so a window of negative numbers gives 0.",
)  # fmt: skip
slip(
    "max_pool_forward_naive",
    "conv_output_shape(height, width,", "conv_output_shape(height + stride - 1, width + stride - 1,",
    "window = x[", "window = np.pad(x, ((0, 0), (0, 0), (0, stride), (0, stride)))[",
    name="max_padded_with_zeros",
    says="The map is padded with zeros to fill the last windows; pooling here does not pad.",
)  # fmt: skip
slip(
    "max_pool_forward_naive",
    "conv_output_shape(height, width,", "conv_output_shape(height + stride - 1, width + stride - 1,",
    name="max_size_rounded_up", says="The size is rounded up; a window that would stick out does not count.",
)  # fmt: skip
slip(
    "max_pool_forward_naive",
    "conv_output_shape(height, width, ph, pw, stride, 0)", "height // ph, width // pw",
    "i * stride : i * stride + ph, j * stride : j * stride + pw", "i * ph : i * ph + ph, j * pw : j * pw + pw",
    name="max_stride_is_the_window", says="Windows are put side by side; their distance is the stride.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "conv_output_shape(height, width, ph, pw, stride, 0)", "height // ph, width // pw",
    name="max_size_without_stride", says="The size is the input's divided by the window's; it depends on the stride.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "i * stride : i * stride + ph, j * stride : j * stride + pw", "i : i + ph, j : j + pw",
    name="max_stride_only_in_the_size", says="The windows stand at distance 1: the stride counts in the size only.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "j * stride + pw", "j * stride + ph",
    name="max_window_height_twice", says="The windows are as wide as they are high; use the window's width as well.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", 'pool_param["pool_width"]', 'pool_param["pool_height"]',
    name="max_square_window", says="The window's height is used where its width belongs.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "return out, ", "return out.transpose(0, 1, 3, 2), ",
    name="max_swaps_height_and_width", says="Height and width are swapped in the output.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "window.max(axis=(2, 3))", "window.max(axis=(1, 2, 3))[:, None]",
    name="max_over_channels", says="The maximum runs over channels, too; each channel is pooled on its own.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "window.max", "abs(window).max",
    name="max_of_absolute_values", says="The largest absolute value is taken; the largest number is wanted.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "window.max", "window.mean",
    name="max_is_a_mean", says="This is the mean of each window, not its maximum.",
)  # fmt: skip
slip(
    "max_pool_forward_naive", "out[:, :, i, j] = window.max(axis=(2, 3))",
    "window.sort(axis=2)\n            window.sort(axis=3)\n            out[:, :, i, j] = window[:, :, -1, -1]",
    name="max_sorts_in_place", says="x itself changes: a window is a view of x, and sort() works in place.",
)  # fmt: skip
slip(
    "max_pool_backward_naive",
    "dx[n, c, i * stride + u, j * stride + v] += ",
    "dx[n, c, i * stride : i * stride + ph, j * stride : j * stride + pw] += (window == window.max()) * ",
    name="ties_to_all", says="Among equal largest entries each gets the full gradient: the window sends back too much.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", " += ", " = ",
    name="winner_overwritten", says="A pixel that wins several windows keeps only the last gradient; they add up.",
)  # fmt: skip
slip(
    "max_pool_backward_naive",
    "dx[n, c, i * stride + u, j * stride + v] += ",
    "dx[n, c, i * stride : i * stride + ph, j * stride : j * stride + pw] = (window == window.max()) * ",
    name="window_overwritten",
    says="A whole window is written each time, zeros included, and wipes out what other windows sent.",
)  # fmt: skip
slip(
    "max_pool_backward_naive",
    "dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j]",
    "dx[n, c, i * stride : i * stride + ph, j * stride : j * stride + pw] += dout[n, c, i, j] / (ph * pw)",
    name="max_gradient_shared",
    says="The gradient is shared among all entries of the window; only the largest one gets it.",
)  # fmt: skip
slip(
    "max_pool_backward_naive",
    "dx[n, c, i * stride + u, j * stride + v]", "dx[n, c, i * stride : i * stride + ph, j * stride : j * stride + pw]",
    name="max_gradient_to_everyone", says="Every entry of the window gets the gradient; only the largest one should.",
)  # fmt: skip
slip(
    "max_pool_backward_naive",
    "window.shape[1]", "window.shape[0]",
    "i * stride + u", "min(i * stride + u, x.shape[2] - 1)",
    "j * stride + v", "min(j * stride + v, x.shape[3] - 1)",
    name="winner_by_the_wrong_width",
    says="The position in the window is computed with its height; divide by the width.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", "+= dout[n, c, i, j]", "+= 1",
    name="max_upstream_ignored", says="The upstream gradient dout is not used: each winner gets 1.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", 'pool_param["stride"]', "1",
    name="max_backward_ignores_stride", says="The stride is missing in the windows' positions.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", "dx[n, c, i * stride + u, j * stride + v]", "dx[n, c, u, v]",
    name="winner_counted_within_its_window",
    says="The winner's place is counted within its window: the window's own place has to be added.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", "dx[n, c, i * stride + u, j * stride + v]", "dx[n, c, i + u, j + v]",
    name="winner_sent_without_stride", says="The winner is found with the stride, but its gradient is sent without it.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", "+= dout[n, c, i, j]", "+= dout[n, c, i, j] * window[u, v]",
    name="winner_times_its_value",
    says="The winner's value is multiplied in; the derivative of a maximum is 1 for the winner.",
)  # fmt: skip
slip(
    "max_pool_backward_naive", "+= dout[n, c, i, j]", "+= dout[n, c, i, j]\n        dout[n, c, i, j] = 0.0",
    name="max_uses_dout_up", says="dout itself changes: it is the caller's array.",
)  # fmt: skip
slip("avg_pool_forward", ".mean(", ".sum(", name="mean_is_a_sum", says="This is the sum of each window, not its mean.")
slip(
    "avg_pool_forward", ".mean(axis=(2, 3))", ".sum(axis=(2, 3)) / ph**2",
    name="mean_by_height_squared", says="The sum is divided by the height squared; the window may not be square.",
)  # fmt: skip
slip(
    "avg_pool_forward",
    "conv_output_shape(height, width,", "conv_output_shape(height + stride - 1, width + stride - 1,",
    name="mean_size_rounded_up", says="The size is rounded up; a window that would stick out does not count.",
)  # fmt: skip
slip(
    "avg_pool_forward",
    "conv_output_shape(height, width, ph, pw, stride, 0)", "height // ph, width // pw",
    "i * stride : i * stride + ph, j * stride : j * stride + pw", "i * ph : i * ph + ph, j * pw : j * pw + pw",
    name="mean_stride_is_the_window", says="Windows are put side by side; their distance is the stride.",
)  # fmt: skip
slip(
    "avg_pool_forward", "i * stride : i * stride + ph, j * stride : j * stride + pw", "i : i + ph, j : j + pw",
    name="mean_stride_only_in_the_size", says="The windows stand at distance 1: the stride counts in the size only.",
)  # fmt: skip
slip(
    "avg_pool_forward", "out_h, out_w))", "out_h, out_w), int)",
    name="mean_in_whole_numbers", says="The means are cut off to whole numbers: the output array holds ints.",
)  # fmt: skip
slip(
    "avg_pool_forward", ".mean(", ".max(",
    name="mean_is_a_maximum", says="This is the maximum of each window, not its mean.",
)  # fmt: skip
slip(
    "avg_pool_forward", ".mean(axis=(2, 3))", ".mean(axis=(1, 2, 3))[:, None]",
    name="mean_over_channels", says="The mean runs over channels, too; each channel is pooled on its own.",
)  # fmt: skip
slip(
    "avg_pool_forward", "out = np.zeros", "x /= ph * pw\n    out = np.zeros", ".mean(", ".sum(",
    name="mean_divides_in_place", says="x itself changes: x /= ... works on the caller's array.",
)  # fmt: skip
slip(
    "avg_pool_backward", " / (ph * pw)", "",
    name="average_gradient_not_divided",
    says="Every entry gets the full gradient; with what factor did it go into the mean?",
)  # fmt: skip
slip(
    "avg_pool_backward", " += ", " = ",
    name="average_gradient_overwritten", says="Contributions of overlapping windows replace each other; they add up.",
)  # fmt: skip
slip(
    "avg_pool_backward", "(ph * pw)", "ph**2",
    name="average_gradient_by_height_squared",
    says="The gradient is divided by the height squared; the window may not be square.",
)  # fmt: skip
slip(
    "avg_pool_backward", "(ph * pw)", "ph",
    name="average_gradient_by_the_height",
    says="The gradient is divided by the window's height only; the window has a width, too.",
)  # fmt: skip
slip(
    "avg_pool_backward", "(ph * pw)", "stride**2",
    name="average_gradient_by_the_stride",
    says="The gradient is divided by the square of the stride; divide by the window's size.",
)  # fmt: skip
slip(
    "avg_pool_backward", "(ph * pw)", "(dout.shape[2] * dout.shape[3])",
    name="average_gradient_by_the_outputs",
    says="The gradient is divided by the number of outputs; divide by the window's size.",
)  # fmt: skip
slip(
    "avg_pool_backward", 'pool_param["stride"]', "1",
    name="average_backward_ignores_stride", says="The stride is missing in the windows' positions.",
)  # fmt: skip
slip(
    "avg_pool_backward", "dout[:, :, i, j, None, None] / ", "1 / ",
    name="average_upstream_ignored", says="The upstream gradient dout is not used.",
)  # fmt: skip
slip(
    "avg_pool_backward", "dx = np.zeros", "dout /= ph * pw\n    dx = np.zeros", " / (ph * pw)", "",
    name="average_divides_dout_in_place", says="dout itself changes: dout /= ... works on the caller's array.",
)  # fmt: skip
slip(
    "avg_pool_backward",
    "i * stride : i * stride + ph, j * stride : j * stride + pw", "i * ph : i * ph + ph, j * pw : j * pw + pw",
    name="mean_gradient_side_by_side",
    says="The windows are laid side by side here; they begin at multiples of the stride.",
)  # fmt: skip

# --- spatial batch normalization -----------------------------------------------------------------------------------

CALL = "out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)"
KEPT = """bn_param.update({key: own[key] for key in ("running_mean", "running_var") if key in own})"""


def with_settings(settings):
    """The call with some settings replaced, whose running values are kept all the same."""
    return f"own = {{**bn_param, {settings}}}\n    out, cache = batchnorm_forward(pixels, gamma, beta, own)\n    {KEPT}"


def in_training(*lines):
    """The call, and what somebody who writes out batch normalization does in its place in training."""
    return "\n        ".join([f'{CALL}\n    if bn_param["mode"] == "train":', *lines])


def divided_by(scale):
    """The same for the output alone."""
    return in_training(
        'eps = bn_param.get("eps", 1e-5)', f"out = gamma * (pixels - pixels.mean(axis=0)) / ({scale}) + beta"
    )


slip(
    "spatial_batchnorm_forward", "x.transpose(0, 2, 3, 1).reshape", "x.reshape",
    "out.reshape(n_images, height, width, channels).transpose(0, 3, 1, 2)", "out.reshape(x.shape)",
    name="channels_reshaped_without_transpose",
    says="x is reshaped to (-1, C) as it lies in memory; move the channel axis to the end first.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "x.transpose(0, 2, 3, 1).reshape", "x.reshape",
    name="pixels_reshaped_without_transpose",
    says="x is reshaped to (-1, C) as it lies in memory; move the channel axis to the end first.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward",
    "out.reshape(n_images, height, width, channels).transpose(0, 3, 1, 2)", "out.reshape(x.shape)",
    name="table_reshaped_without_transpose",
    says="The table has the channel as its last axis: reshape alone cannot bring it back to its place.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "width, channels).transpose(0, 3, 1, 2)", "width, channels).transpose(0, 3, 2, 1)",
    name="table_swaps_height_and_width", says="Height and width have changed places on the way back from the table.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "width, channels).transpose(0, 3, 1, 2)", "width, channels)",
    name="channels_left_at_the_end", says="The channels are still the last axis; images have them second.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    in_training(
        "each = x.reshape(n_images, -1)",
        "each = (each - each.mean(axis=0)) / np.sqrt(each.var(axis=0) + bn_param.get('eps', 1e-5))",
        "out = gamma * each.reshape(x.shape).transpose(0, 2, 3, 1).reshape(-1, channels) + beta",
    ),
    name="statistics_over_the_batch_only",
    says="Every place has its own statistics; a channel has one mean and one variance over batch and space.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    in_training(
        "each = pixels.reshape(n_images, -1, channels)",
        "scale = np.sqrt(each.var(axis=1, keepdims=True) + bn_param.get('eps', 1e-5))",
        "out = gamma * ((each - each.mean(axis=1, keepdims=True)) / scale).reshape(-1, channels) + beta",
    ),
    name="statistics_per_image",
    says="Every image has its own statistics (instance normalization); they run over the batch, too.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    in_training(
        "each = pixels.reshape(n_images, -1)",
        "scale = np.sqrt(each.var(axis=1, keepdims=True) + bn_param.get('eps', 1e-5))",
        "out = gamma * ((each - each.mean(axis=1, keepdims=True)) / scale).reshape(-1, channels) + beta",
    ),
    name="statistics_over_channels",
    says="The statistics run over channels (layer normalization); each channel has its own.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"momentum": 1 - bn_param.get("momentum", 0.9)'),
    name="momentum_swapped", says="The momentum is swapped: here it weighs the old running value.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"momentum": 0.0'),
    name="last_batch_only", says="The running statistics are those of the last batch only.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, divided_by("np.sqrt(pixels.var(axis=0, ddof=1) + eps)"),
    name="unbiased_variance", says="The variance is divided by M - 1; here it is the biased one, divided by M.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    in_training(
        'more = pixels.var(axis=0, ddof=1) - pixels.var(axis=0)',
        'bn_param["running_var"] = bn_param["running_var"] + (1 - bn_param.get("momentum", 0.9)) * more',
    ),
    name="unbiased_running_variance", says="The running variance is the unbiased one; here the biased one is kept.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    in_training(
        "more = pixels.std(axis=0) - pixels.var(axis=0)",
        'bn_param["running_var"] = bn_param["running_var"] + (1 - bn_param.get("momentum", 0.9)) * more',
    ),
    name="running_standard_deviation", says="The running variance averages standard deviations.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, f'bn_param.setdefault("running_var", np.ones(channels))\n    {CALL}',
    name="running_variance_starts_at_one", says="The running variance starts at ones, as in PyTorch; here at zeros.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    "out, cache = batchnorm_forward(\n"
    '        pixels, gamma, beta, {**bn_param, "mode": "train"} if bn_param["mode"] == "test" else bn_param\n'
    "    )",
    name="batch_statistics_at_test", says="In test mode the batch's own statistics are used.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL,
    f'{CALL}\n'
    '    if bn_param["mode"] == "test":\n'
    '        own = {**bn_param, "mode": "train"}\n'
    f"        batchnorm_forward(pixels, gamma, beta, own)\n"
    f"        {KEPT}",
    name="statistics_updated_at_test", says="The running statistics change in test mode.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "gamma, beta, bn_param)\n    return", "gamma, beta, dict(bn_param))\n    return",
    name="statistics_not_stored", says="The running statistics are not stored in the dict that was passed.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"eps": 0.0'),
    name="without_eps", says="eps is missing: a constant channel divides by zero.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, divided_by("pixels.std(axis=0) + eps"),
    name="eps_outside_the_root", says="eps is added to the root; it belongs to the variance, under the root.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, divided_by("pixels.var(axis=0) + eps"),
    name="divided_by_the_variance", says="The value is divided by the variance; divide by its root.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"eps": 1e-5'),
    name="eps_hard_coded", says="The eps of bn_param is not used.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"momentum": 0.9'),
    name="momentum_hard_coded", says="The momentum of bn_param is not used.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", CALL, with_settings('"mode": "train" if bn_param["mode"] == "train" else "test"'),
    name="any_mode_accepted", says="A mode that does not exist is accepted.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "pixels, gamma, beta, bn_param)", "pixels, np.ones(channels), 0 * beta, bn_param)",
    name="without_scale_and_shift", says="gamma and beta are not used.",
)  # fmt: skip
slip(
    "spatial_batchnorm_forward", "pixels = x", "x -= x.mean(axis=(0, 2, 3), keepdims=True)\n    pixels = x",
    name="centers_in_place",
    says="x itself changes: x -= mean works in place, and a mean that is taken afterwards is 0.",
)  # fmt: skip

BACK = "dx, dgamma, dbeta = batchnorm_backward(upstream, cache)"


def instead(dx):
    """The call, and dx by another formula. `normal` is x, normalized, and `factor` gamma over the root."""
    return f"{BACK}\n    normal, gamma, root = cache\n    factor = gamma / root\n    dx = {dx}"


slip(
    "spatial_batchnorm_backward", BACK, instead("factor * upstream"),
    name="only_the_direct_path", says="x also goes into the mean and the variance; these two paths are missing.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, instead("factor * (upstream - normal * (upstream * normal).mean(axis=0))"),
    name="without_the_mean_path", says="The path through the mean is missing.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, instead("factor * (upstream - upstream.mean(axis=0))"),
    name="without_the_variance_path", says="The path through the variance is missing.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, instead("dx / gamma"),
    name="dx_without_gamma", says="gamma is missing in dx.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, instead("factor * (upstream - (dbeta + normal * dgamma) / n_images)"),
    name="dx_divided_by_n_only", says="In dx the sums are divided by N; they run over N*H*W numbers.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, instead("factor * (upstream - (dbeta + normal * dgamma) / (height * width))"),
    name="dx_divided_by_space_only", says="In dx the sums are divided by H*W; they run over N*H*W numbers.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward",
    "dx, dgamma, dbeta = batchnorm_backward(upstream, cache)",
    "normal, gamma, root = cache\n"
    "    parts = zip(np.split(upstream, n_images), np.split(normal, n_images), strict=True)\n"
    "    found = [batchnorm_backward(part, (own, gamma, root)) for part, own in parts]\n"
    "    dx = np.concatenate([part[0] for part in found])\n"
    "    dgamma, dbeta = (sum(part[k] for part in found) for k in (1, 2))",
    name="dx_of_each_image_by_itself",
    says="dx is computed image by image; mean and variance are those of the whole batch, so all images share them.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", BACK, f"{BACK}\n    dgamma = dgamma * cache[2]",
    name="dgamma_of_the_centered_input", says="dgamma uses x minus its mean; gamma multiplied the normalized x.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", "2), dgamma, dbeta", "2), dgamma / len(dx), dbeta / len(dx)",
    name="scale_gradients_averaged", says="dgamma and dbeta are averages; gradients are sums.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", "2), dgamma, dbeta",
    "2), (upstream * cache[0]).reshape(n_images, height, width, channels).sum(axis=0), dout.sum(axis=0)",
    name="scale_gradients_over_the_batch_only",
    says="dgamma and dbeta are summed over the batch only; they belong to a whole channel.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", "2), dgamma, dbeta", "2), dbeta, dgamma",
    name="scale_gradients_swapped", says="dgamma and dbeta are swapped.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward", "dout.transpose(0, 2, 3, 1).reshape", "dout.reshape",
    name="upstream_reshaped_without_transpose",
    says="dout is reshaped to (-1, C) as it lies in memory; move the channel axis to the end first, as with x.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward",
    "dx.reshape(n_images, height, width, channels).transpose(0, 3, 1, 2)", "dx.reshape(dout.shape)",
    name="dx_reshaped_without_transpose",
    says="dx comes as a table with the channel as its last axis: reshape alone cannot bring it back to its place.",
)  # fmt: skip
slip(
    "spatial_batchnorm_backward",
    "upstream = dout", "dout -= dout.mean(axis=(0, 2, 3), keepdims=True)\n    upstream = dout",
    name="dout_centered_in_place", says="dout itself changes: dout -= ... works on the caller's array.",
)  # fmt: skip
