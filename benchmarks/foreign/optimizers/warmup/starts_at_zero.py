# says: The first step uses a rate of 0 and the full rate comes one step too late.
def warmup(t, lr0, warmup_steps):
    if t >= warmup_steps:
        return lr0
    return lr0 * t / warmup_steps
