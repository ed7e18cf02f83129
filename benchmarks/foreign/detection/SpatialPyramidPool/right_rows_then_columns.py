# says: Right: pools in two steps, first the rows of each bin, then the columns.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    @staticmethod
    def along(x, n, axis):
        size = x.shape[axis]
        parts = []
        for i in range(n):
            begin, end = i * size // n, ((i + 1) * size + n - 1) // n
            parts.append(x.narrow(axis, begin, end - begin).amax(dim=axis, keepdim=True))
        return torch.cat(parts, dim=axis)

    def forward(self, x):
        pooled = (self.along(self.along(x, n, 2), n, 3) for n in self.levels)
        return torch.cat([grid.reshape(len(x), -1) for grid in pooled], dim=1)
