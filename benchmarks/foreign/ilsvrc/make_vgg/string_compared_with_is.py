# says: "M" is tested by isinstance(int) the wrong way round, so convolutions get a string of channels and crash.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    layers = []
    cin = 3
    for c in config:
        if isinstance(c, int):
            layers.append(nn.MaxPool2d(2, 2))
            size //= 2
        else:
            layers += [nn.Conv2d(cin, c, 3, padding=1), nn.ReLU()]
            cin = c
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(cin * size * size, hidden), nn.ReLU(), nn.Dropout(),
        nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, num_classes),
    )
