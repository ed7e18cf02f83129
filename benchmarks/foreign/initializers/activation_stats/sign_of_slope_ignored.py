# says: The magnitude of the derivative is forgotten, so steep negative slopes count as flat; and the standard deviation divides by one less.
def activation_stats(x, weights, activation):
    m, s, sat, dead = [], [], [], []
    for w in weights:
        x, d = activation(x @ w)
        m.append(float(x.mean()))
        s.append(float(x.std(ddof=1)))
        sat.append(float((d < 0.01).mean()))
        dead.append(float((d.max(axis=0) < 0.01).mean()))
    return {"mean": m, "std": s, "saturated": sat, "dead": dead}
