# says: Window and stride of an ordinary max pooling are ceil(H/n), which gives other bins than asked if n does not divide the size, and then also fewer of them.
class SpatialPyramidPool(nn.Module):
    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def forward(self, x):
        N, C, H, W = x.shape
        outs = []
        for n in self.levels:
            kh, kw = math.ceil(H / n), math.ceil(W / n)
            y = F.max_pool2d(x, (kh, kw), stride=(kh, kw), ceil_mode=True)
            outs.append(y.reshape(N, -1))
        return torch.cat(outs, 1)
