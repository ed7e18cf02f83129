# says: The upstream gradient is all ones, so a backward pass that ignores dout looks right.
def find_the_bug(forward, backward, inputs):
    out = forward(*inputs)
    dout = np.ones_like(out)
    claims = backward(dout, *inputs)
    h = 1e-5
    verdict = []
    for k, x in enumerate(inputs):
        true = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            args = [a.copy() for a in inputs]
            args[k][i] += h
            up = np.sum(forward(*args))
            args[k][i] -= 2 * h
            down = np.sum(forward(*args))
            true[i] = (up - down) / (2 * h)
        c = np.asarray(claims[k])
        verdict.append(bool(c.shape != x.shape or np.abs(c - true).max() > 1e-3 * np.abs(true).max() + 1e-12))
    return verdict
