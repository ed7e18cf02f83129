# says: The gradient of a word is divided by how often it occurs.
def word_embedding_forward(x, W):
    return W[x], (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    counts = np.zeros(shape[0])
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
            counts[x[n, t]] += 1
    return dW / np.maximum(counts, 1)[:, None]
