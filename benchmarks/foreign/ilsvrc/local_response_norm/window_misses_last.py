# says: The upper end of the window is left out: the slice ends at i + n//2, which a slice does not include.
def local_response_norm(x, n, alpha, beta, k):
    C = x.shape[1]
    out = []
    for i in range(C):
        lo = max(0, i - n // 2)
        hi = min(C - 1, i + n // 2)
        s = (x[:, lo:hi] ** 2).sum(dim=1)
        out.append(x[:, i] / (k + alpha * s) ** beta)
    return torch.stack(out, dim=1)
