# says: Right: both passes are products with a one-hot array.
def word_embedding_forward(x, W):
    one_hot = (x[..., None] == np.arange(len(W))).astype(W.dtype)
    return one_hot @ W, one_hot

def word_embedding_backward(dout, cache):
    return np.einsum("ntv,ntd->vd", cache, dout)
