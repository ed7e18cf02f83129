# says: The pooling has torch's default stride, which is its window of 3, and the smaller maps are stretched to fit.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.b1 = nn.Conv2d(c_in, c1, 1)
        self.b2a, self.b2b = nn.Conv2d(c_in, c3_reduce, 1), nn.Conv2d(c3_reduce, c3, 3, padding=1)
        self.b3a, self.b3b = nn.Conv2d(c_in, c5_reduce, 1), nn.Conv2d(c5_reduce, c5, 5, padding=2)
        self.b4 = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        y1 = F.relu(self.b1(x))
        y2 = F.relu(self.b2b(F.relu(self.b2a(x))))
        y3 = F.relu(self.b3b(F.relu(self.b3a(x))))
        y4 = F.relu(self.b4(F.max_pool2d(x, 3, padding=1)))
        y4 = F.interpolate(y4, size=x.shape[2:])
        return torch.cat([y1, y2, y3, y4], 1)
