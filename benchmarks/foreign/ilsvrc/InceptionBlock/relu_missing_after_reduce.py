# says: The 1x1 bottlenecks are not followed by a ReLU.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        self.conv1 = nn.Conv2d(c_in, c1, 1)
        self.red3 = nn.Conv2d(c_in, c3_reduce, 1)
        self.conv3 = nn.Conv2d(c3_reduce, c3, 3, padding=1)
        self.red5 = nn.Conv2d(c_in, c5_reduce, 1)
        self.conv5 = nn.Conv2d(c5_reduce, c5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.proj = nn.Conv2d(c_in, pool_proj, 1)

    def forward(self, x):
        a = self.conv1(x)
        b = self.conv3(self.red3(x))
        c = self.conv5(self.red5(x))
        d = self.proj(self.pool(x))
        return F.relu(torch.cat((a, b, c, d), dim=1))
