# says: The square roots of the eigenvalues (standard deviations) are used instead of the eigenvalues.
def color_jitter_pca(x, images, alpha):
    flat = images.transpose(0, 1).flatten(1)
    flat = flat - flat.mean(dim=1, keepdim=True)
    cov = flat @ flat.T / (flat.shape[1] - 1)
    vals, vecs = torch.linalg.eigh(cov)
    delta = (vecs * vals.clamp(min=0).sqrt()) @ alpha.T
    return x + delta.T.reshape(-1, 3, 1, 1)
