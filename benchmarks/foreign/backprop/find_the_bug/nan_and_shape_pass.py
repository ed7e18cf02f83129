# says: A comparison with NaN is False, so a gradient of NaN passes as right; and a gradient of another shape that broadcasts passes, too.
def find_the_bug(forward, backward, inputs):
    rng = np.random.default_rng(7)
    dout = rng.standard_normal(np.shape(forward(*inputs)))
    grads = backward(dout, *inputs)
    wrong = []
    for k, x in enumerate(inputs):
        num = np.zeros_like(x)
        for i in np.ndindex(*x.shape):
            plus = [v.copy() for v in inputs]; plus[k][i] += 1e-5
            minus = [v.copy() for v in inputs]; minus[k][i] -= 1e-5
            num[i] = np.sum((forward(*plus) - forward(*minus)) * dout) / 2e-5
        err = np.abs(num - grads[k])
        wrong.append(bool((err > 1e-3 * np.abs(num).max() + 1e-12).any()))
    return wrong
