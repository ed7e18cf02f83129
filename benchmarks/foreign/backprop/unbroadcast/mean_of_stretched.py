# says: Stretched axes are averaged and not summed.
def unbroadcast(grad, shape):
    lead = grad.ndim - len(shape)
    g = grad.sum(axis=tuple(range(lead))) if lead else grad
    for ax, n in enumerate(shape):
        if n == 1 and g.shape[ax] != 1:
            g = g.mean(axis=ax, keepdims=True)
    return g
