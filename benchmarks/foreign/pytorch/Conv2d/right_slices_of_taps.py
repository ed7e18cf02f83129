# says: Right: adds up one strided slice of the padded image per tap of the kernel instead of using F.unfold.
class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size, self.stride, self.padding = pair(kernel_size), pair(stride), pair(padding)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        nn.init.xavier_normal_(self.weight)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        (kh, kw), (sh, sw), (ph, pw) = self.kernel_size, self.stride, self.padding
        padded = F.pad(x, (pw, pw, ph, ph))
        rows = (padded.shape[2] - kh) // sh + 1
        columns = (padded.shape[3] - kw) // sw + 1
        out = 0
        for u in range(kh):
            for v in range(kw):
                tap = padded[:, :, u:u + (rows - 1) * sh + 1:sh, v:v + (columns - 1) * sw + 1:sw]
                out = out + torch.einsum("nchw,fc->nfhw", tap, self.weight[:, :, u, v])
        return out if self.bias is None else out + self.bias[:, None, None]
