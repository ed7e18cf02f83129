# says: The 5x5 convolution has padding 1, so its maps are smaller and torch.cat crashes.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.p1 = nn.Conv2d(c_in, c1, kernel_size=1)
        self.p2a = nn.Conv2d(c_in, c3_reduce, kernel_size=1)
        self.p2b = nn.Conv2d(c3_reduce, c3, kernel_size=3, padding=1)
        self.p3a = nn.Conv2d(c_in, c5_reduce, kernel_size=1)
        self.p3b = nn.Conv2d(c5_reduce, c5, kernel_size=5, padding=1)
        self.p4 = nn.Conv2d(c_in, pool_proj, kernel_size=1)
        self.mp = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x):
        r = torch.relu
        return torch.cat((r(self.p1(x)), r(self.p2b(r(self.p2a(x)))), r(self.p3b(r(self.p3a(x)))), r(self.p4(self.mp(x)))), 1)
