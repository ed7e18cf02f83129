# says: The activations of the window are added up without being squared.
def local_response_norm(x, n, alpha, beta, k):
    b, c, h, w = x.shape
    y = torch.empty_like(x)
    for i in range(c):
        j0 = max(0, i - n // 2)
        j1 = min(c - 1, i + n // 2)
        total = x[:, j0:j1 + 1].abs().sum(1)
        y[:, i] = x[:, i] / (k + alpha * total) ** beta
    return y
