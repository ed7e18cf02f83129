# says: After the product with the transposed columns the result is (N, places, filters) and is viewed as (N, filters, H', W') without moving the filters to the front.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.out_channels = out_channels
        self.kernel_size, self.stride, self.padding = map(pair, (kernel_size, stride, padding))
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *self.kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        cols = F.unfold(x, self.kernel_size, stride=self.stride, padding=self.padding).transpose(1, 2)
        out = cols @ self.weight.view(self.out_channels, -1).t()
        if self.bias is not None:
            out = out + self.bias
        H = (x.shape[2] + 2 * self.padding[0] - self.kernel_size[0]) // self.stride[0] + 1
        W = (x.shape[3] + 2 * self.padding[1] - self.kernel_size[1]) // self.stride[1] + 1
        return out.reshape(x.shape[0], self.out_channels, H, W)
