# says: Each array is clipped by its own length, which changes the direction of the whole gradient.
def clip_grad_norm(grads, max_norm):
    total = np.sqrt(sum(np.sum(g ** 2) for g in grads.values()))
    clipped = {}
    for k, g in grads.items():
        n = np.linalg.norm(g)
        clipped[k] = g * min(1, max_norm / n) if n > 0 else g.copy()
    return clipped, float(total)
