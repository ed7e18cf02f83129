# says: The tanh after C5 is missing, so C5 and F6 are one linear map.
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5)
        self.C3 = nn.Conv2d(6, 16, 5)
        self.C5 = nn.Conv2d(16, 120, 5)
        self.F6 = nn.Linear(120, 84)
        self.OUT = nn.Linear(84, 10)
        self.pool = nn.AvgPool2d(2, stride=2)
        self.act = nn.Tanh()

    def forward(self, x):
        x = self.pool(self.act(self.C1(x)))
        x = self.pool(self.act(self.C3(x)))
        x = self.C5(x)
        x = torch.flatten(x, start_dim=1)
        x = self.act(self.F6(x))
        x = self.OUT(x)
        return x
