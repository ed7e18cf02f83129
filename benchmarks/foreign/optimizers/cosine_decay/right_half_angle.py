# says: right
def cosine_decay(t, lr0, total, lr_min=0.0):
    if t >= total:
        return float(lr_min)
    share = np.cos(0.5 * np.pi * t / total) ** 2
    return float(share * lr0 + (1 - share) * lr_min)
