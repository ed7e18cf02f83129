# says: All axes in front are flattened into one, and the output keeps this shape, so (N, T, D) gives (N*T, M).
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.D = in_features
        self.weight = nn.Parameter(torch.rand(out_features, in_features) - 0.5)
        if bias:
            self.bias = nn.Parameter(torch.rand(out_features) - 0.5)
        else:
            self.register_parameter('bias', None)

    def forward(self, x):
        x = x.reshape(-1, self.D)
        out = torch.mm(x, self.weight.t())
        if self.bias is not None:
            out = out + self.bias
        return out
