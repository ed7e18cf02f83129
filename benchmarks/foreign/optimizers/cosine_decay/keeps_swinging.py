# says: After t = total the cosine rises again.
def cosine_decay(t, lr0, total, lr_min=0.0):
    return float(lr_min + 0.5 * (lr0 - lr_min) * (1 + np.cos(np.pi * t / total)))
