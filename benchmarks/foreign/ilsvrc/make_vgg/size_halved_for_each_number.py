# says: The size is divided by 32 whatever the list is, so other lists crash at the first fully connected layer.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    layers, c = [], 3
    for item in config:
        if item == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(c, item, 3, padding=1), nn.ReLU()]
            c = item
    side = size // 32
    head = [nn.Flatten(), nn.Linear(c * side * side, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, hidden)]
    head += [nn.ReLU(), nn.Dropout(), nn.Linear(hidden, num_classes)]
    return nn.Sequential(*layers, *head)
