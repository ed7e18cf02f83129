# says: right
def find_the_bug(forward, backward, inputs):
    rng = np.random.default_rng(12345)
    verdict = np.zeros(len(inputs), dtype=bool)
    columns = []
    for k, x in enumerate(inputs):
        mine = []
        for unit in np.eye(x.size):
            shift = 1e-5 * unit.reshape(x.shape)
            up, down = [
                np.array(forward(*[a + s * shift if j == k else a.copy() for j, a in enumerate(inputs)]))
                for s in (1, -1)
            ]
            mine.append((up - down) / 2e-5)
        columns.append(mine)
    for _ in range(3):
        G = rng.standard_normal(np.shape(forward(*[a.copy() for a in inputs])))
        claims = backward(G.copy(), *[a.copy() for a in inputs])
        for k, x in enumerate(inputs):
            true = np.array([np.sum(G * c) for c in columns[k]]).reshape(x.shape)
            claim = np.asarray(claims[k])
            if claim.shape != x.shape or not np.isfinite(claim).all():
                verdict[k] = True
            else:
                verdict[k] |= np.abs(claim - true).max(initial=0) > 4e-3 * np.abs(true).max(initial=0)
    return [bool(v) for v in verdict]
