# says: The layers are in a plain Python list, so their parameters are not registered.
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = [nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(16, 120, 5)]
        self.fcs = [nn.Linear(120, 84), nn.Linear(84, 10)]

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = torch.tanh(conv(x))
            if i < 2:
                x = F.avg_pool2d(x, 2)
        x = torch.flatten(x, 1)
        return self.fcs[1](torch.tanh(self.fcs[0](x)))
