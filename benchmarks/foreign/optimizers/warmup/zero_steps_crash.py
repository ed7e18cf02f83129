# says: Without warm-up steps it divides by zero.
def warmup(t, lr0, warmup_steps):
    return lr0 * min(1.0, (t + 1) / warmup_steps)
