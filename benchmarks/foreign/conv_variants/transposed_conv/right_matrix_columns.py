# says: Right: computes all stamps by one matrix product (col2im) and adds them tap by tap with strided slices.
def transposed_conv(x, w, b, stride, pad, output_padding):
    if output_padding < 0 or output_padding >= stride:
        raise ValueError(f"output_padding {output_padding} does not fit stride {stride}")
    n, c, h, wd = x.shape
    _, f, kh, kw = w.shape
    stamps = np.tensordot(x, w, axes=(1, 0))  # n, h, w, f, kh, kw
    out = np.zeros((n, f, (h - 1) * stride + kh + output_padding, (wd - 1) * stride + kw + output_padding))
    for u in range(kh):
        for v in range(kw):
            out[:, :, u:u + (h - 1) * stride + 1:stride, v:v + (wd - 1) * stride + 1:stride] += stamps[..., u, v].transpose(0, 3, 1, 2)
    return out[:, :, pad:out.shape[2] - pad, pad:out.shape[3] - pad] + b[:, None, None]
