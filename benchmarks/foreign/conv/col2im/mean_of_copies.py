# says: The sums are divided by how often a pixel was copied, so that it becomes the inverse of im2col.
def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    oh, ow = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    blocks = cols.reshape(C, kh, kw, N, oh, ow).transpose(3, 0, 1, 2, 4, 5)
    total = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    count = np.zeros_like(total)
    for u in range(kh):
        for v in range(kw):
            where = np.s_[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride]
            total[where] += blocks[:, :, u, v]
            count[where] += 1
    x = total / np.maximum(count, 1)
    return x[:, :, pad : pad + H, pad : pad + W]
