# says: "dead" counts the inputs for which all units are flat, and not the units that are flat for all inputs.
def activation_stats(x, weights, activation):
    out = {k: [] for k in ("mean", "std", "saturated", "dead")}
    h = x
    for w in weights:
        y, dy = activation(h @ w)
        flat = abs(dy) < FLAT
        out["mean"].append(float(np.mean(y)))
        out["std"].append(float(np.std(y)))
        out["saturated"].append(float(np.mean(flat)))
        out["dead"].append(float(np.mean(np.all(flat, axis=1))))
        h = y
    return out
