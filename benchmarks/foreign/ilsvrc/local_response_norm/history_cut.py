# says: The result is filled through .data and detached sums, so no gradient of the sum flows back to x.
def local_response_norm(x, n, alpha, beta, k):
    N, C, H, W = x.shape
    with torch.no_grad():
        scale = torch.empty_like(x)
        for i in range(C):
            j0, j1 = max(0, i - n // 2), min(C - 1, i + n // 2)
            scale[:, i] = k + alpha * (x[:, j0 : j1 + 1] ** 2).sum(dim=1)
    return x / scale**beta
