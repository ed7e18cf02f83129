# says: Superfluous axes are removed from the back instead of from the front.
def unbroadcast(grad, shape):
    g = np.array(grad)
    while g.ndim > len(shape):
        g = g.sum(axis=-1)
    for ax in range(g.ndim):
        if shape[ax] == 1:
            g = g.sum(axis=ax, keepdims=True)
    return g
