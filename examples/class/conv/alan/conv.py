import numpy as np


q_output_height = 11


def conv_output_shape(h, w, kh, kw, stride, pad):
    """Height and width of a convolution's output.

    h, w: ints, height and width of the input before padding.
    kh, kw: ints, height and width of the kernel.
    stride: int >= 1, step between windows, the same in both directions.
    pad: int >= 0, zeros added on each of the four sides.

    Returns (out_h, out_w), two ints, rounded down where the stride does not divide.
    Raises ValueError if the kernel is larger than the padded input in either direction
    (a kernel that fits exactly gives size 1).
    """
    if kh > h + 2 * pad or kw > w + 2 * pad:
        raise ValueError(f"a {kh}x{kw} kernel does not fit into {h}x{w} with padding {pad}")
    return (h + 2 * pad - kh) // stride + 1, (w + 2 * pad - kw) // stride + 1


q_parameters = 1314


def conv_param_count(kh, kw, cin, cout, bias):
    """Number of learned parameters of one convolution layer.

    kh, kw: ints, height and width of the kernel.
    cin, cout: ints, channels of the input and of the output (the number of filters).
    bias: bool, whether every filter has a bias.

    Returns an int.
    """
    return cout * (kh * kw * cin + (1 if bias else 0))


def conv_forward_naive(x, w, b, conv_param):
    """Forward pass of a convolution layer.

    x: (N, C, H, W) float array, the images; not modified.
    w: (F, C, kh, kw) float array, the filters, not turned (cross-correlation); not modified.
    b: (F,) float array, one bias per filter; not modified.
    conv_param: dict with
        "stride": int >= 1, step between windows in both directions;
        "pad": int >= 0, zeros added on each side of the height and of the width.

    Returns (out, cache):
        out: (N, F, H', W') float array with H' = floor((H + 2 pad - kh) / stride) + 1, W' likewise;
        cache: anything that your conv_backward_naive needs.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    n_images, _, height, width = x.shape
    n_filters, _, kh, kw = w.shape
    out_h, out_w = conv_output_shape(height, width, kh, kw, stride, pad)
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((n_images, n_filters, out_h, out_w))
    for n in range(n_images):
        for f in range(n_filters):
            for i in range(out_h):
                for j in range(out_w):
                    top, left = i * stride, j * stride
                    window = x_padded[n, :, top : top + kh, left : left + kw]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, b, conv_param)


q_windows_of_a_pixel = 4


def conv_backward_naive(dout, cache):
    """Backward pass of a convolution layer.

    dout: (N, F, H', W') float array, the gradient of the loss with respect to the output; not modified.
    cache: what your conv_forward_naive returned second.

    Returns (dx, dw, db), the gradients of the loss with respect to the inputs of the forward pass:
        dx: (N, C, H, W) float array, without the padding;
        dw: (F, C, kh, kw) float array;
        db: (F,) float array.
    All are sums over images and places: nothing is divided by N.
    """
    x, w, _, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_padded = np.zeros(x_padded.shape)
    dw = np.zeros(w.shape)
    for n, f, i, j in np.ndindex(dout.shape):
        rows = slice(i * stride, i * stride + kh)
        columns = slice(j * stride, j * stride + kw)
        dw[f] += dout[n, f, i, j] * x_padded[n, :, rows, columns]
        dx_padded[n, :, rows, columns] += dout[n, f, i, j] * w[f]
    dx = dx_padded[:, :, pad : pad + height, pad : pad + width]
    return dx, dw, dout.sum(axis=(0, 2, 3))


q_which_bug = "b"


def im2col(x, kh, kw, stride, pad):
    """Copies every window of x into a column.

    x: (N, C, H, W) float array; not modified.
    kh, kw: ints, height and width of the window.
    stride: int >= 1.  pad: int >= 0, zeros on each side.

    Returns cols: (C * kh * kw, N * out_h * out_w) float array with
        cols[(c * kh + u) * kw + v, (n * out_h + i) * out_w + j] = padded x[n, c, i * stride + u, j * stride + v]
    so rows run over channel (slowest), window row, window column (fastest), and columns over image (slowest),
    output row, output column (fastest). For one 3x3 image with one channel and 2x2 windows:

        x = 1 2 3        cols = 1 2 4 5     <- top left number of each window
            4 5 6               2 3 5 6     <- top right
            7 8 9               4 5 7 8     <- bottom left
                                5 6 8 9     <- bottom right
    """
    n_images, channels, height, width = x.shape
    out_h, out_w = conv_output_shape(height, width, kh, kw, stride, pad)
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = np.empty((channels, kh, kw, n_images, out_h, out_w))
    for u in range(kh):
        for v in range(kw):
            seen = x_padded[:, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride]
            cols[:, u, v] = seen.transpose(1, 0, 2, 3)
    return cols.reshape(channels * kh * kw, n_images * out_h * out_w)


def col2im(cols, x_shape, kh, kw, stride, pad):
    """Adds every entry of cols to the pixel from which im2col would have copied it.

    cols: (C * kh * kw, N * out_h * out_w) float array in the order of im2col; not modified.
    x_shape: (N, C, H, W), the shape of the images before padding.
    kh, kw, stride, pad: ints, as in im2col.

    Returns x: (N, C, H, W) float array of sums, without the padding (what falls onto padding is dropped);
    pixels that no window sees are 0.
    """
    n_images, channels, height, width = x_shape
    out_h, out_w = conv_output_shape(height, width, kh, kw, stride, pad)
    blocks = cols.reshape(channels, kh, kw, n_images, out_h, out_w)
    x_padded = np.zeros((n_images, channels, height + 2 * pad, width + 2 * pad))
    for u in range(kh):
        for v in range(kw):
            seen = x_padded[:, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride]
            seen += blocks[:, u, v].transpose(1, 0, 2, 3)  # a view: the sum lands in x_padded
    return x_padded[:, :, pad : pad + height, pad : pad + width]


def conv_forward_fast(x, w, b, conv_param):
    """Forward pass of a convolution layer without a Python loop over windows.

    x, w, b, conv_param: as in conv_forward_naive; not modified.

    Returns (out, cache) as conv_forward_naive does: out is the same up to rounding, and the cache must be one that
    your conv_backward_naive accepts, so that the fast version can take the naive one's place.

    Any way of computing it is allowed (NumPy or SciPy). Speed: on (8, 3, 18, 18) images with 16 filters of 3x3 it must
    take at most a third of the time of your conv_forward_naive, or of a Python loop that does one small NumPy product
    per window and filter.
    """
    stride, pad = conv_param["stride"], conv_param["pad"]
    n_images, _, height, width = x.shape
    n_filters, _, kh, kw = w.shape
    out_h, out_w = conv_output_shape(height, width, kh, kw, stride, pad)
    product = w.reshape(n_filters, -1) @ im2col(x, kh, kw, stride, pad) + b[:, None]
    out = product.reshape(n_filters, n_images, out_h, out_w).transpose(1, 0, 2, 3)
    return out, (x, w, b, conv_param)


def conv_backward_fast(dout, cache):
    """Backward pass of a convolution layer without a Python loop over windows.

    dout: (N, F, H', W') float array, the gradient of the loss with respect to the output; not modified.
    cache: what your conv_forward_fast returned second.

    Returns (dx, dw, db) as conv_backward_naive does: the same up to rounding.

    Any way of computing it is allowed (NumPy or SciPy). Speed: for (8, 3, 18, 18) images and 16 filters of 3x3 it must
    take at most a third of the time of your conv_backward_naive, or of a Python loop that does one small NumPy product
    per window and filter.
    """
    x, w, _, conv_param = cache
    n_filters, _, kh, kw = w.shape
    window = (kh, kw, conv_param["stride"], conv_param["pad"])
    dout_rows = dout.transpose(1, 0, 2, 3).reshape(n_filters, -1)
    dw = (dout_rows @ im2col(x, *window).T).reshape(w.shape)
    dx = col2im(w.reshape(n_filters, -1).T @ dout_rows, x.shape, *window)
    return dx, dw, dout_rows.sum(axis=1)


def max_pool_forward_naive(x, pool_param):
    """Forward pass of max pooling.

    x: (N, C, H, W) float array; not modified.
    pool_param: dict with "pool_height", "pool_width" (ints, the window) and "stride" (int >= 1, both directions).
        Windows may overlap (stride smaller than the window) or leave gaps. There is no padding.

    Returns (out, cache):
        out: (N, C, H', W') float array, H' = floor((H - pool_height) / stride) + 1, W' likewise;
        cache: anything that your max_pool_backward_naive needs.
    """
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    n_images, channels, height, width = x.shape
    out_h, out_w = conv_output_shape(height, width, ph, pw, stride, 0)
    out = np.zeros((n_images, channels, out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = x[:, :, i * stride : i * stride + ph, j * stride : j * stride + pw]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    """Backward pass of max pooling.

    dout: (N, C, H', W') float array, the gradient with respect to the output; not modified.
    cache: what your max_pool_forward_naive returned second.

    Returns dx: (N, C, H, W) float array. Each window sends its dout to its largest entry, and contributions of
    overlapping windows add up. Among equal largest entries the dout of a window may go to one of them or be shared,
    but what the window sends back must add up to its dout.
    """
    x, pool_param = cache
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * stride : i * stride + ph, j * stride : j * stride + pw]
        u, v = divmod(int(np.argmax(window)), window.shape[1])
        dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j]
    return dx


def avg_pool_forward(x, pool_param):
    """Forward pass of average pooling.

    x: (N, C, H, W) float array; not modified.
    pool_param: dict with "pool_height", "pool_width" and "stride", as in max_pool_forward_naive. No padding.

    Returns (out, cache):
        out: (N, C, H', W') float array, the mean of each window;
        cache: anything that your avg_pool_backward needs.
    """
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    n_images, channels, height, width = x.shape
    out_h, out_w = conv_output_shape(height, width, ph, pw, stride, 0)
    out = np.zeros((n_images, channels, out_h, out_w))
    for i, j in np.ndindex(out_h, out_w):
        out[:, :, i, j] = x[:, :, i * stride : i * stride + ph, j * stride : j * stride + pw].mean(axis=(2, 3))
    return out, (x.shape, pool_param)


def avg_pool_backward(dout, cache):
    """Backward pass of average pooling.

    dout: (N, C, H', W') float array, the gradient with respect to the output; not modified.
    cache: what your avg_pool_forward returned second.

    Returns dx: (N, C, H, W) float array; contributions of overlapping windows add up, unseen entries are 0.
    """
    x_shape, pool_param = cache
    ph, pw, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(x_shape)
    for i, j in np.ndindex(dout.shape[2:]):
        dx[:, :, i * stride : i * stride + ph, j * stride : j * stride + pw] += dout[:, :, i, j, None, None] / (ph * pw)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization over images: batchnorm_forward with each pixel as an example.

    x: (N, C, H, W) float array; not modified.
    gamma, beta: (C,) float arrays, scale and shift of each channel; not modified.
    bn_param: dict as batchnorm_forward takes it:
        "mode": "train" or "test", required;
        "eps": float added to the variance under the root, default 1e-5;
        "momentum": float, weight of the OLD running value, default 0.9;
        "running_mean", "running_var": (C,) float arrays; if absent they start as zeros.

    In mode "train" the batch's mean and biased variance (divided by N*H*W) of each channel are used, and the updated
    running values are stored in this same dict, bn_param["running_mean"] and bn_param["running_var"]. In mode "test"
    the running values are used and stay as they are. Raises ValueError for any other mode.

    Returns (out, cache):
        out: (N, C, H, W) float array;
        cache: anything that your spatial_batchnorm_backward needs.
    """
    n_images, channels, height, width = x.shape
    pixels = x.transpose(0, 2, 3, 1).reshape(-1, channels)
    out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    return out.reshape(n_images, height, width, channels).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    """Backward pass of batch normalization over images, for a forward pass in mode "train".

    dout: (N, C, H, W) float array, the gradient with respect to the output; not modified.
    cache: what your spatial_batchnorm_forward returned second.

    Returns (dx, dgamma, dbeta): float arrays of shapes (N, C, H, W), (C,) and (C,).
    """
    n_images, channels, height, width = dout.shape
    upstream = dout.transpose(0, 2, 3, 1).reshape(-1, channels)
    dx, dgamma, dbeta = batchnorm_backward(upstream, cache)
    return dx.reshape(n_images, height, width, channels).transpose(0, 3, 1, 2), dgamma, dbeta
