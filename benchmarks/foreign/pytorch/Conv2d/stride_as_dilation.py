# says: The stride is given to F.unfold by place, where it is the dilation.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.k, self.s, self.p = pair(kernel_size), pair(stride), pair(padding)
        self.weight = nn.Parameter(0.1 * torch.randn(out_channels, in_channels, *self.k))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        N, C, H, W = x.shape
        cols = F.unfold(x, self.k, self.s, self.p)
        out = self.weight.flatten(1) @ cols
        if self.bias is not None:
            out = out + self.bias[:, None]
        h = (H + 2 * self.p[0] - self.k[0]) // self.s[0] + 1
        return out.reshape(N, out.shape[1], h, -1)
