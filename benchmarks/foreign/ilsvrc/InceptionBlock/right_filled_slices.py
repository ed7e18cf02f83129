# says: right
class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        plan = [(c_in, c1, 1), (c_in, c3_reduce, 1), (c3_reduce, c3, 3), (c_in, c5_reduce, 1), (c5_reduce, c5, 5)]
        plan.append((c_in, pool_proj, 1))
        self.all = nn.ModuleList(nn.Conv2d(a, b, k, padding=(k - 1) // 2) for a, b, k in plan)

    def forward(self, x):
        one, squeeze3, three, squeeze5, five, project = (lambda z, layer=layer: layer(z).relu() for layer in self.all)
        framed = F.pad(x, (1, 1, 1, 1), value=float("-inf"))
        best = F.max_pool2d(framed, 3, stride=1)
        return torch.cat([one(x), three(squeeze3(x)), five(squeeze5(x)), project(best)], dim=1)
