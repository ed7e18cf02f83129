# says: The Jacobian is multiplied from the wrong side: J dout and not dout J.
def vjp_from_jacobian(J, dout, x_shape):
    v = dout.reshape(-1)
    return (J @ v).reshape(x_shape)
