# says: The list is emptied with pop while the network is built, so the caller's config is gone afterwards.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    net = nn.Sequential()
    c, s = 3, size
    while config:
        item = config.pop(0)
        if item == "M":
            net.append(nn.MaxPool2d(2))
            s = s // 2
        else:
            net.append(nn.Conv2d(c, item, 3, 1, 1))
            net.append(nn.ReLU())
            c = item
    for layer in (nn.Flatten(), nn.Linear(c * s * s, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, hidden),
                  nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, num_classes)):
        net.append(layer)
    return net
