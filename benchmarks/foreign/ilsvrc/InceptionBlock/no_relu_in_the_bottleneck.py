# says: No ReLU follows the 1x1 convolutions of the bottlenecks.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.one = nn.Conv2d(c_in, c1, 1)
        self.three_r = nn.Conv2d(c_in, c3_reduce, 1)
        self.three = nn.Conv2d(c3_reduce, c3, 3, padding=1)
        self.five_r = nn.Conv2d(c_in, c5_reduce, 1)
        self.five = nn.Conv2d(c5_reduce, c5, 5, padding=2)
        self.proj = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        a = self.one(x)
        b = self.three(self.three_r(x))
        c = self.five(self.five_r(x))
        d = self.proj(F.max_pool2d(x, 3, stride=1, padding=1))
        return F.relu(torch.cat([a, b, c, d], 1))
