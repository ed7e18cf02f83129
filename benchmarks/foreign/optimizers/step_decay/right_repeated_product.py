# says: right
def step_decay(t, lr0, drop, every):
    rate = lr0
    while t >= every:
        rate, t = rate * drop, t - every
    return float(rate)
