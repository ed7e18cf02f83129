# says: The output is shaped as (width, height) instead of (height, width), so anything not square is scrambled.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.k = pair(kernel_size)
        self.s = pair(stride)
        self.p = pair(padding)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *self.k) * 0.1)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_channels))
        else:
            self.bias = None

    def forward(self, x):
        n, c, w, h = x.shape
        out_h = (h + 2 * self.p[0] - self.k[0]) // self.s[0] + 1
        out_w = (w + 2 * self.p[1] - self.k[1]) // self.s[1] + 1
        col = F.unfold(x, kernel_size=self.k, stride=self.s, padding=self.p)
        w_flat = self.weight.view(self.weight.size(0), -1)
        y = w_flat.matmul(col)
        if self.bias is not None:
            y = y + self.bias.view(1, -1, 1)
        return y.view(n, -1, out_h, out_w)
