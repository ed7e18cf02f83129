# says: The validation images are normalized with their own mean and standard deviation instead of those of the training images.
def make_loaders(x, y, batch_size, val_fraction, seed):
    gen = torch.Generator()
    gen.manual_seed(seed)
    N = x.shape[0]
    n_val = int(N * val_fraction)
    idx = torch.randperm(N, generator=gen)
    xv, yv = x[idx[:n_val]], y[idx[:n_val]]
    xt, yt = x[idx[n_val:]], y[idx[n_val:]]
    mean = float(xt.mean())
    std = float(xt.std())
    xt = (xt - mean) / std
    xv = (xv - xv.mean()) / xv.std()
    return (DataLoader(TensorDataset(xt, yt), batch_size, shuffle=True, generator=gen),
            DataLoader(TensorDataset(xv, yv), batch_size, shuffle=False), mean, std)
