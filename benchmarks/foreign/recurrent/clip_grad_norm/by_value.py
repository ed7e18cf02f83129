# says: The entries are clipped to the interval from -max_norm to max_norm, and not the length.
def clip_grad_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g * g).sum() for g in grads.values())))
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}, norm
