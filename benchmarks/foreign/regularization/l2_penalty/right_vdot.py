# says: right
def l2_penalty(weights, reg):
    grads = [reg * np.asarray(w) for w in weights]
    return float(sum(np.vdot(w, g) for w, g in zip(weights, grads)) / 2), grads
