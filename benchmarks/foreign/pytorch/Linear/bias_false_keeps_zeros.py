# says: With bias=False there is still a bias of zeros among the parameters.
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = 1.0 / np.sqrt(in_features)
        self.weight = nn.Parameter((torch.rand(out_features, in_features) * 2 - 1) * bound)
        self.bias = nn.Parameter((torch.rand(out_features) * 2 - 1) * bound if bias else torch.zeros(out_features))

    def forward(self, x):
        return x @ self.weight.T + self.bias
