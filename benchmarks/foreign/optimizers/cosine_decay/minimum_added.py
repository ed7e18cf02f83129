# says: lr_min is added to a cosine that starts at lr0, so it starts too high.
def cosine_decay(t, lr0, total, lr_min=0.0):
    t = min(t, total)
    return lr_min + lr0 * 0.5 * (1 + np.cos(np.pi * t / total))
