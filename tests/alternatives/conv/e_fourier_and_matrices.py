"""The convolution assignment with the Fourier transform, sparse matrices of the linear maps and other caches."""

import numpy as np
from scipy import sparse


def conv_output_shape(h, w, kh, kw, stride, pad):
    def size(length, kernel):
        count = len(range(0, length + 2 * pad - kernel + 1, stride))
        if not count:
            raise ValueError("no window fits")
        return np.int64(count)

    return size(h, kh), size(w, kw)


def conv_param_count(kh, kw, cin, cout, bias):
    return sum(cin * kh * kw + int(bias) for _ in range(cout))


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    size = conv_output_shape(*x.shape[2:], *w.shape[2:], s, p)
    matrix, shape = selection(x.shape, *w.shape[2:], s, p)
    maps = [w.reshape(len(w), -1) @ (matrix @ image.ravel()).reshape(shape) + b[:, None] for image in x]
    return np.array(maps).reshape(len(x), len(w), *size), {"stride": s, "pad": p, "x": x, "w": w}


def conv_backward_naive(dout, cache):
    s, p, x, w = cache["stride"], cache["pad"], cache["x"], cache["w"]
    framed = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    # Undo the stride by putting zeros between the gradients; then both gradients are convolutions with stride 1.
    spread = np.zeros((*dout.shape[:2], framed.shape[2] - w.shape[2] + 1, framed.shape[3] - w.shape[3] + 1))
    spread[:, :, ::s, ::s] = dout
    size = framed.shape[2:]
    of_dout = np.fft.rfft2(spread, size)  # all products fit into the frame, so nothing wraps around
    dx = np.fft.irfft2(np.einsum("nfij,fcij->ncij", of_dout, np.fft.rfft2(w, size)), size)
    dw = np.fft.irfft2(np.einsum("nfij,ncij->fcij", of_dout.conj(), np.fft.rfft2(framed)), size)
    dw = dw[:, :, : w.shape[2], : w.shape[3]]
    return dx[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, [float(dout[:, f].sum()) for f in range(len(w))]


def selection(x_shape, kh, kw, stride, pad):
    """The sparse 0/1 matrix that copies pixels of one image into its columns."""
    _, c, h, w = x_shape
    numbers = np.pad(np.arange(c * h * w).reshape(c, h, w), ((0, 0), (pad, pad), (pad, pad)), constant_values=-1)
    rows = []
    for plane in numbers:
        for u in range(kh):
            for v in range(kw):
                block = plane[u : plane.shape[0] - kh + u + 1 : stride, v : plane.shape[1] - kw + v + 1 : stride]
                rows.append(block.ravel())
    targets = np.array(rows)
    inside = targets.ravel() >= 0
    where = np.flatnonzero(inside)
    shape = (targets.size, c * h * w)
    return sparse.csr_array((np.ones(len(where)), (where, targets.ravel()[inside])), shape=shape), targets.shape


def im2col(x, kh, kw, stride, pad):
    matrix, shape = selection(x.shape, kh, kw, stride, pad)
    return np.hstack([(matrix @ image.ravel()).reshape(shape) for image in x])


def col2im(cols, x_shape, kh, kw, stride, pad):
    matrix, shape = selection(x_shape, kh, kw, stride, pad)
    parts = np.split(cols, x_shape[0], axis=1)
    assert parts[0].shape == shape
    return np.stack([(matrix.T @ part.ravel()).reshape(x_shape[1:]) for part in parts])


def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    framed = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    size = framed.shape[2:]
    spectrum = np.einsum("nchw,fchw->nfhw", np.fft.rfft2(framed), np.fft.rfft2(w, size).conj())
    full = np.fft.irfft2(spectrum, size)
    out = full[:, :, : size[0] - w.shape[2] + 1 : s, : size[1] - w.shape[3] + 1 : s]
    return out + b[None, :, None, None], {"x": x, "w": w, "stride": s, "pad": p, "note": "by Fourier"}


def conv_backward_fast(dout, cache):
    x, w = cache["x"], cache["w"]
    matrix, shape = selection(x.shape, *w.shape[2:], cache["stride"], cache["pad"])
    rows = dout.reshape(*dout.shape[:2], -1)
    of_windows = np.tensordot(w.reshape(len(w), -1), rows, axes=([0], [1]))  # (C*kh*kw, N, H'*W')
    dx = matrix.T @ of_windows.swapaxes(0, 1).reshape(len(x), -1).T
    cols = (matrix @ x.reshape(len(x), -1).T).T.reshape(len(x), *shape)
    dw = np.einsum("nfq,nrq->fr", rows, cols, optimize=True).reshape(w.shape)
    return dx.T.reshape(x.shape), dw, np.einsum("nfij->f", dout)


def max_pool_forward_naive(x, pool_param):
    ph, pw, s = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    rows, columns = x.shape[2] - ph + 1, x.shape[3] - pw + 1
    along = np.maximum.reduce([x[:, :, u : u + rows] for u in range(ph)])
    out = np.maximum.reduce([along[..., v : v + columns] for v in range(pw)])[:, :, ::s, ::s]
    return out, [x, out, pool_param]


def max_pool_backward_naive(dout, cache):
    x, out, pool_param = cache
    ph, pw, s = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    left = dout.copy()  # what is still to be sent: the last of several equal winners takes it
    dx = np.zeros(x.shape)
    rows, columns = dout.shape[2:]
    for u in reversed(range(ph)):
        for v in reversed(range(pw)):
            here = (slice(None), slice(None), slice(u, u + s * rows, s), slice(v, v + s * columns, s))
            wins = x[here] == out
            dx[here] += np.where(wins, left, 0)
            left = np.where(wins, 0, left)
    return dx


def avg_pool_forward(x, pool_param):
    ph, pw, s = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    total = np.pad(x, ((0, 0), (0, 0), (1, 0), (1, 0))).cumsum(axis=2).cumsum(axis=3)
    sums = total[:, :, ph:, pw:] - total[:, :, :-ph, pw:] - total[:, :, ph:, :-pw] + total[:, :, :-ph, :-pw]
    return sums[:, :, ::s, ::s] / (ph * pw), (list(x.shape), dict(pool_param))


def avg_pool_backward(dout, cache):
    (n, c, h, w), pool_param = cache
    ph, pw, s = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    cols = np.repeat((dout / (ph * pw)).reshape(1, n * c, -1), ph * pw, axis=0).reshape(ph * pw, -1)
    return col2im(cols, (n * c, 1, h, w), ph, pw, s, 0).reshape(n, c, h, w)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] not in ("train", "test"):
        raise ValueError("mode")
    eps, keep = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    out, states = np.empty(x.shape), []
    means = np.array(bn_param.get("running_mean", [0.0] * x.shape[1]), dtype=float)
    variances = np.array(bn_param.get("running_var", [0.0] * x.shape[1]), dtype=float)
    for c in range(x.shape[1]):
        channel = x[:, c]
        if bn_param["mode"] == "train":
            mean = channel.mean()
            var = (channel * channel).mean() - mean * mean if abs(mean) < 1e-3 else ((channel - mean) ** 2).mean()
            means[c] = keep * means[c] + (1 - keep) * mean
            variances[c] = keep * variances[c] + (1 - keep) * var
        else:
            mean, var = means[c], variances[c]
        normal = (channel - mean) * (var + eps) ** -0.5
        out[:, c] = gamma[c] * normal + beta[c]
        states.append((normal, gamma[c], (var + eps) ** 0.5))
    bn_param.update(running_mean=means, running_var=variances)
    return out, states


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = np.zeros(dout.shape), np.zeros(len(cache)), np.zeros(len(cache))
    for c, (normal, scale, root) in enumerate(cache):
        d = dout[:, c]
        m = d.size
        dbeta[c], dgamma[c] = d.sum(), np.vdot(d, normal)
        dx[:, c] = scale / (m * root) * (m * d - dbeta[c] - normal * dgamma[c])
    return dx, dgamma, dbeta
