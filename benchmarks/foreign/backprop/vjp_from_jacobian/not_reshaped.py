# says: The result is not brought into the shape of the input.
def vjp_from_jacobian(J, dout, x_shape):
    return np.ravel(dout) @ J
