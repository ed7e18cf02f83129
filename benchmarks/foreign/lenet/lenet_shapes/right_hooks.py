# says: right
def lenet_shapes():
    named = {
        "C1": nn.Conv2d(1, 6, 5), "S2": nn.AvgPool2d(2), "C3": nn.Conv2d(6, 16, 5), "S4": nn.AvgPool2d(2),
        "C5": nn.Conv2d(16, 120, 5), "F6": nn.Sequential(nn.Flatten(), nn.Linear(120, 84)), "output": nn.Linear(84, 10),
    }
    x = torch.zeros(1, 1, 32, 32)
    shapes = {"input": tuple(x.shape[1:])}
    for name, layer in named.items():
        x = layer(x)
        shapes[name] = tuple(int(n) for n in x.shape[1:])
    return shapes
