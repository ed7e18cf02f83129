# says: The fully connected layers stand in a plain Python list, so they are not registered and never learn.
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        )
        self.fc = [nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]

    def forward(self, x):
        x = self.conv(x).flatten(1)
        for i, layer in enumerate(self.fc):
            x = layer(x)
            if i < 2:
                x = torch.tanh(x)
        return x
