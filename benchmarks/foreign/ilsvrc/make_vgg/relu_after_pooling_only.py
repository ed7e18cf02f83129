# says: The ReLU stands after the poolings only; neighboring convolutions have none between them.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    mods = []
    channels = 3
    for c in config:
        if c == "M":
            mods.append(nn.MaxPool2d(2, stride=2))
            mods.append(nn.ReLU(inplace=True))
            size //= 2
        else:
            mods.append(nn.Conv2d(channels, c, kernel_size=3, padding=1))
            channels = c
    mods += [
        nn.Flatten(), nn.Linear(channels * size**2, hidden), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, num_classes),
    ]
    return nn.Sequential(*mods)
