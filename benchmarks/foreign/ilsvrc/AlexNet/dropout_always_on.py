# says: F.dropout is called without `training`, so units are dropped in evaluation mode as well.
class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        a, b, c, e, f = 96 // divide, 256 // divide, 384 // divide, 256 // divide, 4096 // divide
        self.c1 = nn.Conv2d(3, a, 11, stride=4)
        self.c2 = nn.Conv2d(a, b, 5, padding=2, groups=2)
        self.c3 = nn.Conv2d(b, c, 3, padding=1)
        self.c4 = nn.Conv2d(c, c, 3, padding=1, groups=2)
        self.c5 = nn.Conv2d(c, e, 3, padding=1, groups=2)
        self.f6 = nn.Linear(e * 36, f)
        self.f7 = nn.Linear(f, f)
        self.f8 = nn.Linear(f, num_classes)
        self.lrn = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

    def forward(self, x):
        x = F.max_pool2d(self.lrn(F.relu(self.c1(x))), 3, 2)
        x = F.max_pool2d(self.lrn(F.relu(self.c2(x))), 3, 2)
        x = F.relu(self.c4(F.relu(self.c3(x))))
        x = F.max_pool2d(F.relu(self.c5(x)), 3, 2)
        x = F.dropout(F.relu(self.f6(torch.flatten(x, 1))), 0.5)
        x = F.dropout(F.relu(self.f7(x)), 0.5)
        return self.f8(x)
