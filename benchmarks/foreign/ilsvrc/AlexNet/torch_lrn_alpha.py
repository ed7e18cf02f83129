# says: nn.LocalResponseNorm gets alpha = 1e-4 although it divides alpha by n, so the normalization is five times too weak.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        def n(c): return c // divide
        self.features = nn.Sequential(
            nn.Conv2d(3, n(96), 11, stride=4), nn.ReLU(inplace=True), nn.LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=2), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(n(96), n(256), 5, padding=2, groups=2), nn.ReLU(inplace=True), nn.LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=2), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(n(256), n(384), 3, padding=1), nn.ReLU(inplace=True),
            nn.Conv2d(n(384), n(384), 3, padding=1, groups=2), nn.ReLU(inplace=True),
            nn.Conv2d(n(384), n(256), 3, padding=1, groups=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2))
        self.fc6 = nn.Linear(n(256) * 6 * 6, n(4096))
        self.fc7 = nn.Linear(n(4096), n(4096))
        self.fc8 = nn.Linear(n(4096), num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = torch.flatten(self.features(x), 1)
        x = self.dropout(F.relu(self.fc6(x)))
        x = self.dropout(F.relu(self.fc7(x)))
        return self.fc8(x)
