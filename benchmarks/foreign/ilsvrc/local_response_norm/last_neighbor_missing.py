# says: The slice ends one channel too early, so the window is not centered.
def local_response_norm(x, n, alpha, beta, k):
    C = x.size(1)
    half = n // 2
    outs = []
    for i in range(C):
        lo, hi = max(0, i - half), min(C - 1, i + half)
        total = (x[:, lo:hi] ** 2).sum(1)
        outs.append(x[:, i] / (k + alpha * total).pow(beta))
    return torch.stack(outs, dim=1)
