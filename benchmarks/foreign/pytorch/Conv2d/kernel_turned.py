# says: The kernel is turned by 180 degrees.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size = pair(kernel_size)
        self.stride = pair(stride)
        self.padding = pair(padding)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *self.kernel_size) / 10)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        w = self.weight.flip(2, 3).reshape(self.weight.shape[0], -1)
        out = w @ F.unfold(x, self.kernel_size, stride=self.stride, padding=self.padding)
        if self.bias is not None:
            out = out + self.bias.view(-1, 1)
        H = (x.size(2) + 2 * self.padding[0] - self.kernel_size[0]) // self.stride[0] + 1
        W = (x.size(3) + 2 * self.padding[1] - self.kernel_size[1]) // self.stride[1] + 1
        return out.view(x.size(0), -1, H, W)
