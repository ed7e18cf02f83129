# says: Right: all entries are joined in one vector, scaled, and cut up again.
def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads.values()]) if grads else np.zeros(0)
    norm = float(np.sqrt(flat @ flat))
    if norm > max_norm:
        flat = flat * (max_norm / norm)
    ends = np.cumsum([np.size(g) for g in grads.values()]).astype(int)
    pieces = np.split(flat, ends[:-1]) if grads else []
    return {name: piece.reshape(np.shape(g)) for (name, g), piece in zip(grads.items(), pieces)}, norm
