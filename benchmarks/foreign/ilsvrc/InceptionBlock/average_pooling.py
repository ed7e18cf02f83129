# says: The fourth branch takes the mean and not the maximum.
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        conv = lambda i, o, k: nn.Sequential(nn.Conv2d(i, o, k, padding=k // 2), nn.ReLU())
        self.branches = nn.ModuleList([
            conv(c_in, c1, 1),
            nn.Sequential(conv(c_in, c3_reduce, 1), conv(c3_reduce, c3, 3)),
            nn.Sequential(conv(c_in, c5_reduce, 1), conv(c5_reduce, c5, 5)),
            nn.Sequential(nn.AvgPool2d(3, 1, 1), conv(c_in, pool_proj, 1)),
        ])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)
