# says: The maximum is not subtracted, so large scores overflow.
def softmax(x):
    out = np.zeros_like(x)
    for n in range(x.shape[0]):
        ex = np.exp(x[n])
        out[n] = ex / ex.sum()
    return out
