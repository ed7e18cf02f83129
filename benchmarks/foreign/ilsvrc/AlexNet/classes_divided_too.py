# says: The number of classes is divided as well, and the pooling windows are 2x2 and do not overlap.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        q = lambda n: n // divide
        lrn = nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)
        self.body = nn.Sequential(
            nn.Conv2d(3, q(96), 11, 4), nn.ReLU(), lrn, nn.MaxPool2d(2, 2),
            nn.Conv2d(q(96), q(256), 5, 1, 2, groups=2), nn.ReLU(), lrn, nn.MaxPool2d(2, 2),
            nn.Conv2d(q(256), q(384), 3, 1, 1), nn.ReLU(),
            nn.Conv2d(q(384), q(384), 3, 1, 1, groups=2), nn.ReLU(),
            nn.Conv2d(q(384), q(256), 3, 1, 1, groups=2), nn.ReLU(), nn.MaxPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(q(256) * 6 * 6, q(4096)), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(q(4096), q(4096)), nn.ReLU(), nn.Dropout(0.5), nn.Linear(q(4096), q(num_classes)),
        )

    def forward(self, x):
        return self.body(x)
