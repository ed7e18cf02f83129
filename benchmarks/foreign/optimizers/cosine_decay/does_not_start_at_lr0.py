# says: The amplitude is lr0 instead of lr0 - lr_min, so the rate begins at lr0 + lr_min.
def cosine_decay(t, lr0, total, lr_min=0.0):
    progress = min(t, total) / total
    return lr_min + lr0 * 0.5 * (1 + np.cos(np.pi * progress))
