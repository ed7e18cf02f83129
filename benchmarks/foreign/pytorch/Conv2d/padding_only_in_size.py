# says: The padding is used for the size of the output but not given to F.unfold.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        self.out_channels = out_channels
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *self.kernel_size) / 10)
        self.bias = nn.Parameter(torch.randn(out_channels) / 10) if bias else None

    def forward(self, x):
        N, _, H, W = x.shape
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        H2, W2 = (H + 2 * ph - kh) // sh + 1, (W + 2 * pw - kw) // sw + 1
        cols = F.unfold(x, (kh, kw), stride=(sh, sw))
        out = torch.einsum('fk,nkl->nfl', self.weight.reshape(self.out_channels, -1), cols)
        if self.bias is not None:
            out = out + self.bias[None, :, None]
        return out.reshape(N, self.out_channels, H2, W2)
