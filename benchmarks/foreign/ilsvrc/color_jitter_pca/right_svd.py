# says: Right: eigenvectors and eigenvalues from the singular value decomposition of the centered pixels, put into ascending order.
def color_jitter_pca(x, images, alpha):
    pixels = images.movedim(1, -1).reshape(-1, 3)
    centered = pixels - pixels.mean(dim=0)
    _, sigma, vt = torch.linalg.svd(centered, full_matrices=False)
    values = (sigma ** 2 / (len(pixels) - 1)).flip(0)
    directions = vt.flip(0)
    return x + ((alpha * values) @ directions)[:, :, None, None]
