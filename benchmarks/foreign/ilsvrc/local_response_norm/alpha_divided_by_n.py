# says: alpha is divided by n, as in nn.LocalResponseNorm.
def local_response_norm(x, n, alpha, beta, k):
    C = x.shape[1]
    sq = x**2
    out = torch.zeros_like(x)
    for i in range(C):
        s = sq[:, max(0, i - n // 2) : min(C, i + n // 2 + 1)].sum(dim=1)
        out[:, i] = x[:, i] / (k + alpha / n * s) ** beta
    return out
