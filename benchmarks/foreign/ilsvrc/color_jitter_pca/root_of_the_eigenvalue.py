# says: The standard deviation (the root of the eigenvalue) is multiplied and not the eigenvalue.
def color_jitter_pca(x, images, alpha):
    px = images.permute(0, 2, 3, 1).reshape(-1, 3)
    px = px - px.mean(0)
    cov = px.T @ px / (len(px) - 1)
    values, vectors = torch.linalg.eigh(cov)
    delta = (alpha * values.sqrt()) @ vectors.T
    return x + delta[:, :, None, None]
