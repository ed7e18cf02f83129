# says: The images are reshaped to (-1, 3) without moving the channel, so colors are mixed.
def color_jitter_pca(x, images, alpha):
    flat = images.reshape(-1, 3)
    lam, p = torch.linalg.eigh(torch.cov(flat.T))
    d = torch.einsum("ni,i,ci->nc", alpha, lam, p)
    return x + d.reshape(-1, 3, 1, 1)
