# says: The entries of dout are zeroed in place.
def relu_forward(x):
    return np.clip(x, 0, None), x


def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout
