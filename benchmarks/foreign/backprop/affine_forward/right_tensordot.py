# says: Right; the weights take the shape of an input and are contracted over all its axes by tensordot.
def affine_forward(x, w, b):
    k = x.ndim - 1
    W = w.reshape(x.shape[1:] + (w.shape[1],))
    out = np.tensordot(x, W, axes=(list(range(1, k + 1)), list(range(k)))) + b
    return out, {"x": x, "W": W}

def affine_backward(dout, cache):
    x, W = cache["x"], cache["W"]
    dx = np.tensordot(dout, W, axes=(1, W.ndim - 1))
    dw = np.tensordot(x, dout, axes=(0, 0)).reshape(-1, dout.shape[1])
    return dx, dw, np.einsum("nm->m", dout)
