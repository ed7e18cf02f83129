# says: right
def relu_forward(x):
    return np.where(np.less(x, 0), np.zeros_like(x), x), np.sign(x)


def relu_backward(dout, cache):
    return np.where(cache == 1, dout, 0.0)
