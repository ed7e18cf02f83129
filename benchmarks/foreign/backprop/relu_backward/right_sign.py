# says: Right; uses np.heaviside with 0 at 0 as the derivative, and caches that.
def relu_forward(x):
    slope = np.heaviside(x, 0.0)
    return 0.5 * (np.abs(x) + x), slope

def relu_backward(dout, cache):
    return np.multiply(cache, dout)
