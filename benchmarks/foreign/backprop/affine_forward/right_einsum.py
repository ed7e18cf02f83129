# says: right
def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], w.shape[0])
    out = np.einsum("ij,jk->ik", rows, w)
    return np.add(out, b), {"rows": rows, "shape": x.shape, "w": w}


def affine_backward(dout, cache):
    dx = np.einsum("nm,dm->nd", dout, cache["w"]).reshape(cache["shape"])
    return dx, np.einsum("nd,nm->dm", cache["rows"], dout), np.einsum("nm->m", dout)
