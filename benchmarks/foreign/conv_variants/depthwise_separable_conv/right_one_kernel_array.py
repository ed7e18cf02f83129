# says: right
def depthwise_separable_conv(x, dw, pw, stride, pad):
    C, M = dw.shape[:2]
    joined = np.einsum("fcm,cmuv->fcuv", pw.reshape(len(pw), C, M), dw)
    return conv_forward_fast(x, joined, np.zeros(len(pw)), {"stride": stride, "pad": pad})[0]
