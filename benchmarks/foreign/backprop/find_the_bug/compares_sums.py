# says: Only the sums of the entries are compared, so errors that cancel are not found.
def find_the_bug(forward, backward, inputs):
    gen = np.random.default_rng(7)
    dout = gen.standard_normal(forward(*inputs).shape)
    answer = []
    for k, (x, claim) in enumerate(zip(inputs, backward(dout, *inputs))):
        total = 0.0
        for i in np.ndindex(x.shape):
            vals = []
            for sign in (1, -1):
                moved = [z.copy() for z in inputs]
                moved[k][i] += sign * 1e-5
                vals.append(np.sum(dout * forward(*moved)))
            total += (vals[0] - vals[1]) / 2e-5
        bad = np.shape(claim) != x.shape or not np.isfinite(claim).all()
        answer.append(bool(bad or abs(np.sum(claim) - total) > 1e-3 * abs(total) + 1e-12))
    return answer
