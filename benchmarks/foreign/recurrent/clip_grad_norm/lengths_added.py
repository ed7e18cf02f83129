# says: The lengths of the arrays are added and not their squares; and the arrays are scaled in place.
def clip_grad_norm(grads, max_norm):
    norm = sum(np.linalg.norm(g) for g in grads.values())
    if norm > max_norm:
        for g in grads.values():
            g *= max_norm / norm
    return dict(grads), float(norm)
