# says: The convolutions are taken to keep the size of the maps, as if they had padding.
def lenet_shapes():
    shapes = {"input": (1, 32, 32)}
    h = 32
    for name, c in (("C1", 6), ("S2", 6), ("C3", 16), ("S4", 16), ("C5", 120)):
        if name[0] == "S":
            h //= 2
        shapes[name] = (c, h, h)
    shapes["F6"] = (84,)
    shapes["output"] = (10,)
    return shapes
