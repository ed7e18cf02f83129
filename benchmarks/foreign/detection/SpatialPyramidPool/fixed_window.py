# says: A max pooling with window and stride ceil(H / n) is used, which gives too few bins if n does not divide.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def forward(self, x):
        h, w = x.shape[-2:]
        outs = []
        for n in self.levels:
            kh, kw = math.ceil(h / n), math.ceil(w / n)
            y = F.max_pool2d(x, (kh, kw), stride=(kh, kw), ceil_mode=True)
            outs.append(y.reshape(len(x), -1))
        return torch.cat(outs, 1)
