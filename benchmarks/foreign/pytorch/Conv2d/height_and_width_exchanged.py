# says: The output height is computed with the kernel, stride and padding of the width, and vice versa.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *self.kernel_size) * 0.05)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        n, _, h, w = x.shape
        cols = F.unfold(x, self.kernel_size, stride=self.stride, padding=self.padding)
        y = self.weight.reshape(len(self.weight), -1) @ cols
        if self.bias is not None:
            y = y + self.bias.reshape(1, -1, 1)
        oh = (h + 2 * self.padding[1] - self.kernel_size[1]) // self.stride[1] + 1
        ow = (w + 2 * self.padding[0] - self.kernel_size[0]) // self.stride[0] + 1
        return y.reshape(n, -1, oh, ow)
