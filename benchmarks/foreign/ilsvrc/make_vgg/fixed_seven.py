# says: The first linear layer always expects 7x7 maps, whatever the size of the images and the number of poolings.
def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    def make_layers(cfg):
        layers = []
        in_channels = 3
        for v in cfg:
            if v == 'M':
                layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
            else:
                layers += [nn.Conv2d(in_channels, v, kernel_size=3, padding=1), nn.ReLU(inplace=True)]
                in_channels = v
        return layers
    feats = make_layers(config)
    return nn.Sequential(
        *feats, nn.Flatten(),
        nn.Linear(512 * 7 * 7, hidden), nn.ReLU(True), nn.Dropout(),
        nn.Linear(hidden, hidden), nn.ReLU(True), nn.Dropout(),
        nn.Linear(hidden, num_classes))
