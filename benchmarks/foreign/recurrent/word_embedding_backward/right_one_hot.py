# says: right
def word_embedding_forward(x, W):
    return np.take(W, x, axis=0), (x.copy(), len(W))


def word_embedding_backward(dout, cache):
    x, V = cache
    where = (np.arange(V)[:, None, None] == x).astype(float)
    return np.tensordot(where, dout, axes=2)
