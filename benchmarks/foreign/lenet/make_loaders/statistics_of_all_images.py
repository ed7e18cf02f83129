# says: Mean and standard deviation are those of all images, the validation set included.
def make_loaders(x, y, batch_size, val_fraction, seed):
    mean, std = x.mean().item(), x.std().item()
    x = (x - mean) / std
    g = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=g)
    n_val = int(len(x) * val_fraction)
    val, train = order[:n_val], order[n_val:]
    train_loader = DataLoader(TensorDataset(x[train], y[train]), batch_size, shuffle=True, generator=g)
    val_loader = DataLoader(TensorDataset(x[val], y[val]), batch_size)
    return train_loader, val_loader, mean, std
