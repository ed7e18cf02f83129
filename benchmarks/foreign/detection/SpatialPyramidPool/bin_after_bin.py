# says: Within a level the bins come first and the channels inside each bin.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def forward(self, x):
        H, W = x.shape[2:]
        parts = []
        for n in self.levels:
            for i in range(n):
                r0, r1 = i * H // n, -(-(i + 1) * H // n)
                for j in range(n):
                    c0, c1 = j * W // n, -(-(j + 1) * W // n)
                    parts.append(x[:, :, r0:r1, c0:c1].amax((2, 3)))
        return torch.cat(parts, dim=1)
