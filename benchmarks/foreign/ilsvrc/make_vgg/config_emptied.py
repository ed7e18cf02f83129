# says: The list is emptied by pop(0), so the same config cannot be used a second time.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    net, last = [], 3
    while config:
        item = config.pop(0)
        if item == "M":
            net.append(nn.MaxPool2d(2, 2))
            size = size // 2
        else:
            net.append(nn.Conv2d(last, item, 3, padding=1))
            net.append(nn.ReLU())
            last = item
    net.append(nn.Flatten())
    net.append(nn.Linear(last * size * size, hidden))
    net.extend([nn.ReLU(), nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout()])
    net.append(nn.Linear(hidden, num_classes))
    return nn.Sequential(*net)
