# says: The values at the n recalls are interpolated with np.interp.
def average_precision(precision, recall, points=None):
    if len(precision) == 0:
        return 0.0
    env = np.array([precision[i:].max() for i in range(len(precision))])
    if points is None:
        prev, area = 0.0, 0.0
        for r, p in zip(recall, env):
            area += (r - prev) * p
            prev = r
        return float(area)
    return float(np.interp(np.linspace(0, 1, points), recall, env, right=0.0).mean())
