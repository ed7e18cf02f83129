# says: The first step has rate 0; it should be lr0 / warmup_steps.
def warmup(t, lr0, warmup_steps):
    if t < warmup_steps:
        return lr0 * t / warmup_steps
    return lr0
