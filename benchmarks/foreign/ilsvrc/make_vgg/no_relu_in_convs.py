# says: There is no ReLU after the convolutions, so each block of them is one linear map.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    layers = []
    c = 3
    for v in config:
        if v == "M":
            layers.append(nn.MaxPool2d(2, 2))
            size //= 2
        else:
            layers.append(nn.Conv2d(c, v, 3, padding=1))
            c = v
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(c * size * size, hidden), nn.ReLU(), nn.Dropout(0.5),
                         nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, num_classes))
