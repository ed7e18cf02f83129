# says: The shapes contain a batch axis of 1.
def lenet_shapes():
    return {
        "input": (1, 1, 32, 32), "C1": (1, 6, 28, 28), "S2": (1, 6, 14, 14), "C3": (1, 16, 10, 10),
        "S4": (1, 16, 5, 5), "C5": (1, 120, 1, 1), "F6": (1, 84), "output": (1, 10),
    }
