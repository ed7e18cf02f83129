# says: right
def transposed_conv(x, w, b, stride, pad, output_padding):
    if output_padding not in range(stride):
        raise ValueError(f"output padding {output_padding} at stride {stride}")
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    wide = np.zeros((N, C, (H - 1) * stride + 2 * kh - 1 + output_padding, (W - 1) * stride + 2 * kw - 1 + output_padding))
    wide[:, :, kh - 1 : kh - 1 + (H - 1) * stride + 1 : stride, kw - 1 : kw - 1 + (W - 1) * stride + 1 : stride] = x
    turned = np.ascontiguousarray(np.flip(w, (2, 3)).transpose(1, 0, 2, 3))
    full, _ = conv_forward_fast(wide, turned, b, {"stride": 1, "pad": 0})
    rows, cols = full.shape[2:]
    return full[:, :, pad : rows - pad, pad : cols - pad]
