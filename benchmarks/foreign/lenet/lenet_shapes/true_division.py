# says: Pooling divides with /, so the sizes are floats; and the shapes of F6 and output are numbers and no tuples.
def lenet_shapes():
    shapes, side = {"input": (1, 32, 32)}, 32
    for name, channels, kind in [("C1", 6, "c"), ("S2", 6, "s"), ("C3", 16, "c"), ("S4", 16, "s"), ("C5", 120, "c")]:
        side = side - 4 if kind == "c" else side / 2
        shapes[name] = (channels, side, side)
    shapes["F6"], shapes["output"] = 84, 10
    return shapes
