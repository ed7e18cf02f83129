# says: The last layer is followed by a ReLU as well, so no logit is ever negative.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    mods, prev = [], 3
    for c in config:
        if isinstance(c, int):
            mods.extend((nn.Conv2d(prev, c, 3, padding=1), nn.ReLU()))
            prev = c
        else:
            mods.append(nn.MaxPool2d(2, 2))
    side = size // 2 ** config.count("M")
    widths = [prev * side * side, hidden, hidden, num_classes]
    mods.append(nn.Flatten())
    for i in range(3):
        mods.append(nn.Linear(widths[i], widths[i + 1]))
        mods.append(nn.ReLU())
        if i < 2:
            mods.append(nn.Dropout(0.5))
    return nn.Sequential(*mods)
