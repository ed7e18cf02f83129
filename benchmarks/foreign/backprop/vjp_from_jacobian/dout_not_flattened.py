# says: dout is not flattened first, so outputs with several axes crash or are summed wrongly.
def vjp_from_jacobian(J, dout, x_shape):
    dx = np.dot(J.T, dout)
    return dx.reshape(x_shape)
