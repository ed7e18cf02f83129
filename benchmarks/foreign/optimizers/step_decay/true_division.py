# says: The exponent is t / every and not rounded down, so the rate falls smoothly.
def step_decay(t, lr0, drop, every):
    return lr0 * drop ** (t / every)
