# says: C1 is taken to have padding 2, so its maps are 32x32 and all that follow are too large.
def lenet_shapes():
    def conv(n, k=5, p=0):
        return n + 2 * p - k + 1

    a = conv(32, p=2)
    b = a // 2
    c = conv(b)
    d = c // 2
    e = conv(d)
    return {
        "input": (1, 32, 32), "C1": (6, a, a), "S2": (6, b, b), "C3": (16, c, c), "S4": (16, d, d),
        "C5": (120, e, e), "F6": (84,), "output": (10,),
    }
