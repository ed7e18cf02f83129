# says: right
class _Reader(nn.Module):
    def __init__(self, config, num_classes, hidden, size):
        super().__init__()
        self.layers = nn.ModuleList()
        c = 3
        for entry in config:
            if entry == "M":
                self.layers.append(nn.MaxPool2d(kernel_size=2))
                size = int(size / 2)
            else:
                self.layers.append(nn.Conv2d(c, entry, kernel_size=3, padding="same"))
                c = entry
        self.first = nn.Linear(c * size * size, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, num_classes)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            if isinstance(layer, nn.Conv2d):
                x = x.clamp(min=0)
        x = x.reshape(len(x), -1)
        for linear in (self.first, self.second):
            x = F.dropout(F.relu(linear(x)), p=0.5, training=self.training)
        return self.last(x)


def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    return _Reader(list(config), num_classes, hidden, size)
