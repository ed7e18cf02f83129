# says: A gradient of nan passes, because no comparison with nan is true; shapes that can be broadcast pass as well.
def find_the_bug(forward, backward, inputs):
    rng = np.random.default_rng(1)
    dout = rng.normal(size=forward(*inputs).shape)
    claimed = backward(dout, *inputs)
    h = 1e-5
    wrong = []
    for k, x in enumerate(inputs):
        numeric = np.empty_like(x)
        for i in np.ndindex(x.shape):
            e = np.zeros_like(x)
            e[i] = h
            plus = list(inputs)
            minus = list(inputs)
            plus[k] = x + e
            minus[k] = x - e
            numeric[i] = np.sum(dout * (forward(*plus) - forward(*minus))) / (2 * h)
        diff = np.abs(claimed[k] - numeric)
        wrong.append(bool((diff > 1e-3 * np.abs(numeric).max() + 1e-300).any()))
    return wrong
