# says: Gradients that are shorter than max_norm are made longer.
def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads.values()])
    norm = float(np.sqrt(flat @ flat))
    factor = max_norm / norm
    return {k: factor * v for k, v in grads.items()}, norm
