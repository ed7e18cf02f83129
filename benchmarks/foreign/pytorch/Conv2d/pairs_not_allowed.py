# says: Kernel size, stride and padding are used as plain numbers, so pairs crash.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.k, self.s, self.p = kernel_size, stride, padding
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        cols = F.unfold(x, self.k, stride=self.s, padding=self.p)
        out = self.weight.view(self.weight.size(0), -1) @ cols
        if self.bias is not None:
            out += self.bias[None, :, None]
        H = (x.size(2) + 2 * self.p - self.k) // self.s + 1
        W = (x.size(3) + 2 * self.p - self.k) // self.s + 1
        return out.view(x.size(0), -1, H, W)
