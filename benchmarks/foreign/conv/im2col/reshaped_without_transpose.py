# says: The axes are not brought into order before reshape: the image stays the slowest axis of the rows, so the numbers land in the wrong rows and columns.
def im2col(x, kh, kw, stride, pad):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // stride + 1, (W - kw) // stride + 1
    col = np.zeros((N, C, kh, kw, oh, ow))
    for u in range(kh):
        for v in range(kw):
            col[:, :, u, v] = xp[:, :, u:u + stride * (oh - 1) + 1:stride, v:v + stride * (ow - 1) + 1:stride]
    return col.reshape(C * kh * kw, N * oh * ow)
