# says: The images are reshaped to (pixels, 3) without moving the color axis to the end, so the three columns are not red, green and blue.
def color_jitter_pca(x, images, alpha):
    data = images.reshape(-1, 3)
    cov = torch.cov(data.T)
    lam, vec = torch.linalg.eigh(cov)
    add = torch.einsum('ci,ni->nc', vec, alpha * lam)
    return x + add.view(x.shape[0], 3, 1, 1)
