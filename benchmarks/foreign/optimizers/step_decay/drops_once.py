# says: The rate drops only once, at step `every`; it must drop again after each further period.
def step_decay(t, lr0, drop, every):
    if t < every:
        return lr0
    return lr0 * drop
