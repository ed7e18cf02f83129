# says: dout is multiplied by the output of the ReLU instead of by 0 or 1.
def relu_forward(x):
    out = x * (x > 0)
    return out, out


def relu_backward(dout, cache):
    out = cache
    return dout * out
