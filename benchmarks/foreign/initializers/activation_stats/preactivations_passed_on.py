# says: z and not the activation is handed to the next layer, and the statistics are those of z.
def activation_stats(x, weights, activation):
    stats = {"mean": [], "std": [], "saturated": [], "dead": []}
    h = x
    for w in weights:
        h = np.dot(h, w)
        _, slope = activation(h)
        small = np.abs(slope) < 0.01
        stats["mean"].append(float(h.mean()))
        stats["std"].append(float(h.std()))
        stats["saturated"].append(float(small.mean()))
        stats["dead"].append(float(small.all(0).mean()))
    return stats
