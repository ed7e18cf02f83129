# says: Right; never touches x, adds h times each unit array from an identity matrix.
def eval_numerical_gradient(f, x, h=1e-5):
    units = np.eye(x.size).reshape((x.size,) + x.shape)
    slopes = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units]
    return np.array(slopes, dtype=float).reshape(x.shape)
