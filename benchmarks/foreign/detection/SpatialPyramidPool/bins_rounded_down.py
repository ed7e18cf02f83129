# says: The end of a bin is rounded down and not up, so rows are left out and bins may be empty.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def forward(self, x):
        N, C, H, W = x.shape
        out = []
        for n in self.levels:
            bins = []
            for i in range(n):
                for j in range(n):
                    cell = x[:, :, i * H // n : (i + 1) * H // n, j * W // n : (j + 1) * W // n]
                    bins.append(cell.amax(dim=(2, 3)))
            out.append(torch.stack(bins, dim=2).flatten(1))
        return torch.cat(out, dim=1)
