# says: right
def eval_numerical_gradient(f, x, h=1e-5):
    def slope(unit):
        shift = (h * unit).reshape(x.shape)
        return (f(x + shift) - f(x - shift)) / (2 * h)

    return np.array([slope(u) for u in np.eye(x.size)]).reshape(x.shape)
