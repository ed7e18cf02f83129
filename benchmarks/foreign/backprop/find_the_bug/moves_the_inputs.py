# says: The inputs are moved in place and moved back by arithmetic, which changes their last bits; they must not be modified.
def find_the_bug(forward, backward, inputs):
    dout = np.random.default_rng(3).standard_normal(np.shape(forward(*inputs)))
    grads = [np.array(g, dtype=float) for g in backward(dout, *inputs)]
    verdicts = []
    for x, g in zip(inputs, grads):
        num = np.zeros_like(x)
        for i in np.ndindex(*x.shape):
            x[i] += 1e-5
            up = np.array(forward(*inputs))
            x[i] -= 2e-5
            down = np.array(forward(*inputs))
            x[i] += 1e-5
            num[i] = np.sum((up - down) * dout) / 2e-5
        bad = g.shape != x.shape or not np.isfinite(g).all() or bool(np.abs(g - num).max() > 1e-3 * np.abs(num).max() + 1e-12)
        verdicts.append(bad)
    return verdicts
