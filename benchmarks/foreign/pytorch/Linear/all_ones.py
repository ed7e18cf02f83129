# says: The weights start as ones, so all rows are alike.
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(out_features, in_features))
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_features))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        out = torch.einsum("...d,md->...m", x, self.weight)
        if self.bias is not None:
            out = out + self.bias
        return out
