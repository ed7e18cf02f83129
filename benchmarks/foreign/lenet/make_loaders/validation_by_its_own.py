# says: The validation images are normalized by their own mean and standard deviation.
def make_loaders(x, y, batch_size, val_fraction, seed):
    gen = torch.Generator().manual_seed(seed)
    p = torch.randperm(len(x), generator=gen)
    k = int(val_fraction * len(x))
    xv, yv, xt, yt = x[p[:k]], y[p[:k]], x[p[k:]], y[p[k:]]
    mean, std = float(xt.mean()), float(xt.std())
    xt = (xt - mean) / std
    if k:
        xv = (xv - xv.mean()) / xv.std()
    return (
        DataLoader(TensorDataset(xt, yt), batch_size=batch_size, shuffle=True, generator=gen),
        DataLoader(TensorDataset(xv, yv), batch_size=batch_size),
        mean,
        std,
    )
