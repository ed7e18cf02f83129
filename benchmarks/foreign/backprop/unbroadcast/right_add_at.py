# says: Right; np.add.at adds every entry of grad to the place it was broadcast from.
def unbroadcast(grad, shape):
    where = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), grad.shape)
    out = np.zeros(int(np.prod(shape)))
    np.add.at(out, where.ravel(), np.asarray(grad).ravel())
    return out.reshape(shape)
