# says: drop_last=True leaves out the images of the last, smaller batch.
def make_loaders(x, y, batch_size, val_fraction, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    perm = torch.randperm(x.shape[0], generator=g)
    n_val = int(x.shape[0] * val_fraction)
    xt, yt = x[perm[n_val:]], y[perm[n_val:]]
    xv, yv = x[perm[:n_val]], y[perm[:n_val]]
    mean, std = xt.mean().item(), xt.std().item()
    train = DataLoader(TensorDataset((xt - mean) / std, yt), batch_size, shuffle=True, drop_last=True, generator=g)
    val = DataLoader(TensorDataset((xv - mean) / std, yv), batch_size, shuffle=False)
    return train, val, mean, std
