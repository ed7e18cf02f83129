# says: The validation set is the first part of the images and not a random one.
def make_loaders(x, y, batch_size, val_fraction, seed):
    n_val = int(len(x) * val_fraction)
    xv, yv = x[:n_val], y[:n_val]
    xt, yt = x[n_val:], y[n_val:]
    mean, std = xt.mean().item(), xt.std().item()
    g = torch.Generator().manual_seed(seed)
    train = DataLoader(TensorDataset((xt - mean) / std, yt), batch_size=batch_size, shuffle=True, generator=g)
    val = DataLoader(TensorDataset((xv - mean) / std, yv), batch_size=batch_size)
    return train, val, mean, std
