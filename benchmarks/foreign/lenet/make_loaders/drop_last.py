# says: drop_last=True leaves out the images of an incomplete last batch in both loaders.
def make_loaders(x, y, batch_size, val_fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=generator)
    cut = int(len(x) * val_fraction)
    val, train = order[:cut], order[cut:]
    mean, std = float(x[train].mean()), float(x[train].std())
    norm = (x - mean) / std
    kw = dict(batch_size=batch_size, drop_last=True)
    return (DataLoader(TensorDataset(norm[train], y[train]), shuffle=True, generator=generator, **kw),
            DataLoader(TensorDataset(norm[val], y[val]), **kw), mean, std)
