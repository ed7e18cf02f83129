# says: right
def dilated_conv(x, w, b, stride, pad, dilation):
    spread = np.kron(w, np.eye(1, dilation**2).reshape(1, 1, dilation, dilation))
    last_h, last_w = dilation * (w.shape[2] - 1) + 1, dilation * (w.shape[3] - 1) + 1
    out, _ = conv_forward_fast(x, spread[:, :, :last_h, :last_w], b, {"stride": stride, "pad": pad})
    return out
