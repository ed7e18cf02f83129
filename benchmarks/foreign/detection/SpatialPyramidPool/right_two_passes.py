# says: right
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    @staticmethod
    def _squeeze(x, n, dim):
        size = x.shape[dim]
        starts = [i * size // n for i in range(n)]
        ends = [((i + 1) * size + n - 1) // n for i in range(n)]
        return torch.stack([x.narrow(dim, a, b - a).amax(dim) for a, b in zip(starts, ends)], dim)

    def forward(self, x):
        vectors = [self._squeeze(self._squeeze(x, n, 2), n, 3).flatten(start_dim=1) for n in self.levels]
        return torch.cat(vectors, dim=-1)
