# says: right
def clip_grad_norm(grads, max_norm):
    import math

    norm = math.hypot(*(float(np.linalg.norm(np.ravel(g))) for g in grads.values()))
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return {name: np.array(g) * factor for name, g in grads.items()}, norm
