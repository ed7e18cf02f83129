# says: The branches are concatenated along the batch axis instead of along the channels, which only works if they have equally many.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        def cr(i, o, k):
            return nn.Sequential(nn.Conv2d(i, o, k, padding=k // 2), nn.ReLU())
        self.branch1 = cr(c_in, c1, 1)
        self.branch2 = nn.Sequential(cr(c_in, c3_reduce, 1), cr(c3_reduce, c3, 3))
        self.branch3 = nn.Sequential(cr(c_in, c5_reduce, 1), cr(c5_reduce, c5, 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), cr(c_in, pool_proj, 1))

    def forward(self, x):
        outs = [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]
        return torch.cat(outs)
