# says: Right; adds up the rows of J, each times its entry of dout.
def vjp_from_jacobian(J, dout, x_shape):
    total = np.zeros(J.shape[1])
    for row, upstream in zip(J, np.nditer(dout, order='C')):
        total = total + upstream * row
    return total.reshape(x_shape)
