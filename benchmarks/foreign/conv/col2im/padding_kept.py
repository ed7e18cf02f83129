# says: With padding the frame is not cut off; only without padding the shape is right.
def col2im(cols, x_shape, kh, kw, stride, pad):
    N, C, H, W = x_shape
    Hp, Wp = H + 2 * pad, W + 2 * pad
    oh, ow = (Hp - kh) // stride + 1, (Wp - kw) // stride + 1
    x = np.zeros((N, C, Hp, Wp))
    k = 0
    for c in range(C):
        for u in range(kh):
            for v in range(kw):
                x[:, c, u : u + oh * stride : stride, v : v + ow * stride : stride] += cols[k].reshape(N, oh, ow)
                k += 1
    return x
