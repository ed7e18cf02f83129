# says: The dataset holds the images only, so a batch has no labels and cannot be unpacked.
def make_loaders(x, y, batch_size, val_fraction, seed):
    g = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=g)
    k = int(len(x) * val_fraction)
    train = x[order[k:]]
    mean, std = train.mean().item(), train.std().item()
    a = DataLoader(TensorDataset((train - mean) / std), batch_size=batch_size, shuffle=True, generator=g)
    b = DataLoader(TensorDataset((x[order[:k]] - mean) / std), batch_size=batch_size)
    return a, b, mean, std
