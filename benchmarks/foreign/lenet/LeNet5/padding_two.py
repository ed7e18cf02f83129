# says: C1 has padding 2, as for images of 28x28, so the flattened maps do not fit the next layer.
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.last = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(self.c1(x).tanh(), 2, stride=2)
        x = F.avg_pool2d(self.c3(x).tanh(), 2, stride=2)
        x = self.c5(x.flatten(1)).tanh()
        return self.last(self.f6(x).tanh())
