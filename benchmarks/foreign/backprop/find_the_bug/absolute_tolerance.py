# says: The difference is compared with a fixed 1e-4, so small gradients always look right and large ones wrong.
def find_the_bug(forward, backward, inputs):
    rng = np.random.default_rng(0)
    g = rng.standard_normal(np.shape(forward(*inputs)))
    grads = backward(g, *inputs)
    res = []
    for k in range(len(inputs)):
        num = np.zeros(inputs[k].shape)
        for i in np.ndindex(inputs[k].shape):
            plus = [a.copy() for a in inputs]
            minus = [a.copy() for a in inputs]
            plus[k][i] += 1e-5
            minus[k][i] -= 1e-5
            num[i] = np.sum(g * (forward(*plus) - forward(*minus))) / 2e-5
        got = np.asarray(grads[k])
        if got.shape != num.shape or not np.all(np.isfinite(got)):
            res.append(True)
        else:
            res.append(bool(np.any(np.abs(got - num) > 1e-4)))
    return res
