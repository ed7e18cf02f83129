# says: The response normalization comes before the ReLU instead of after it.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        w = [c // divide for c in (96, 256, 384, 384, 256, 4096, 4096)]
        def lrn(): return nn.LocalResponseNorm(5, alpha=5 * 1e-4, beta=0.75, k=2.0)
        self.net = nn.Sequential(
            nn.Conv2d(3, w[0], 11, stride=4), lrn(), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(w[0], w[1], 5, padding=2, groups=2), lrn(), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(w[1], w[2], 3, padding=1), nn.ReLU(),
            nn.Conv2d(w[2], w[3], 3, padding=1, groups=2), nn.ReLU(),
            nn.Conv2d(w[3], w[4], 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Linear(w[4] * 6 * 6, w[5]), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(w[5], w[6]), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(w[6], num_classes))

    def forward(self, x):
        return self.net(x)
