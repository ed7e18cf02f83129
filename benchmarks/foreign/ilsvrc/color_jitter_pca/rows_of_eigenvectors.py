# says: The rows of the matrix of eigenvectors are taken and not its columns.
def color_jitter_pca(x, images, alpha):
    pixels = images.permute(1, 0, 2, 3).reshape(3, -1)
    lam, vec = torch.linalg.eigh(torch.cov(pixels))
    shift = (alpha * lam) @ vec
    return x + shift[:, :, None, None]
