# says: right
def local_response_norm(x, n, alpha, beta, k):
    place = torch.arange(x.shape[1], device=x.device)
    band = ((place[:, None] - place[None]).abs() <= n // 2).to(x.dtype)
    total = torch.einsum("ij,njhw->nihw", band, x.square())
    return x * (k + alpha * total).pow(-beta)
