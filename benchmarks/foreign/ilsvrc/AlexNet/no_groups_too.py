# says: conv2, conv4 and conv5 have no groups, so their filters see all maps.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        d = divide
        self.features = nn.Sequential(
            nn.Conv2d(3, 96 // d, 11, 4), nn.ReLU(), nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2), nn.MaxPool2d(3, 2),
            nn.Conv2d(96 // d, 256 // d, 5, padding=2), nn.ReLU(), nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2), nn.MaxPool2d(3, 2),
            nn.Conv2d(256 // d, 384 // d, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384 // d, 384 // d, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384 // d, 256 // d, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(256 // d * 36, 4096 // d), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096 // d, 4096 // d), nn.ReLU(), nn.Dropout(), nn.Linear(4096 // d, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x))
