# says: It drops one step too early: (t + 1) // every.
def step_decay(t, lr0, drop, every):
    lr = lr0
    for k in range(1, t + 1):
        if (k + 1) % every == 0:
            lr *= drop
    return lr
