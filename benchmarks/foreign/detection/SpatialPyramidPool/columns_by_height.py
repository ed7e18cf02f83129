# says: The columns are cut by the height H and not by the width W.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def edges(self, size, n):
        return [(math.floor(i * size / n), math.ceil((i + 1) * size / n)) for i in range(n)]

    def forward(self, x):
        out = []
        for n in self.levels:
            e = self.edges(x.shape[2], n)
            grid = [[x[:, :, a:b, c:d].amax(dim=(2, 3)) for c, d in e] for a, b in e]
            level = torch.stack([torch.stack(row, dim=-1) for row in grid], dim=-2)
            out.append(level.flatten(1))
        return torch.cat(out, dim=1)
