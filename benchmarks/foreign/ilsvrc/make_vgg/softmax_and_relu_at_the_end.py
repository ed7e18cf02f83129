# says: A ReLU stands after the last layer, so no logit is negative.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    parts, cin, s = nn.ModuleList(), 3, size
    for v in config:
        parts.append(nn.MaxPool2d(2) if v == "M" else nn.Sequential(nn.Conv2d(cin, v, 3, 1, 1), nn.ReLU()))
        if v == "M":
            s = s // 2
        else:
            cin = v
    dims = [cin * s * s, hidden, hidden, num_classes]
    tail = [nn.Flatten()]
    for i, (a, b) in enumerate(zip(dims, dims[1:])):
        tail += [nn.Linear(a, b), nn.ReLU()]
        if i < 2:
            tail.append(nn.Dropout(0.5))
    return nn.Sequential(*parts, *tail)
