# says: Each map of S2 and S4 is counted with a factor and a bias, as in the paper.
def lenet_param_count():
    counts = dict(C1=6 * 26, S2=12, C3=16 * (6 * 25 + 1), S4=32, C5=120 * (16 * 25 + 1), F6=84 * 121, output=10 * 85)
    counts["total"] = sum(counts.values())
    return counts
