# says: F.dropout is called without training=self.training, so units are dropped in evaluation mode, too.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        d = divide
        self.c1 = nn.Conv2d(3, 96 // d, 11, 4)
        self.c2 = nn.Conv2d(96 // d, 256 // d, 5, 1, 2, groups=2)
        self.c3 = nn.Conv2d(256 // d, 384 // d, 3, 1, 1)
        self.c4 = nn.Conv2d(384 // d, 384 // d, 3, 1, 1, groups=2)
        self.c5 = nn.Conv2d(384 // d, 256 // d, 3, 1, 1, groups=2)
        self.f6 = nn.Linear(36 * (256 // d), 4096 // d)
        self.f7 = nn.Linear(4096 // d, 4096 // d)
        self.f8 = nn.Linear(4096 // d, num_classes)
        self.norm = nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)

    def forward(self, x):
        x = F.max_pool2d(self.norm(self.c1(x).relu()), 3, 2)
        x = F.max_pool2d(self.norm(self.c2(x).relu()), 3, 2)
        x = self.c4(self.c3(x).relu()).relu()
        x = F.max_pool2d(self.c5(x).relu(), 3, 2).flatten(1)
        x = F.dropout(self.f6(x).relu(), 0.5)
        x = F.dropout(self.f7(x).relu(), 0.5)
        return self.f8(x)
