# says: alpha is divided by n as torch's own layer does it; the formula here does not divide.
def local_response_norm(x, n, alpha, beta, k):
    N, C, H, W = x.shape
    sq = x.pow(2)
    half = n // 2
    padded = F.pad(sq, (0, 0, 0, 0, half, half))
    s = torch.zeros_like(x)
    for i in range(n):
        s = s + padded[:, i:i + C]
    return x / (k + alpha / n * s) ** beta
