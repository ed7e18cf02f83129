# says: The normalization works in place on the tensor of the caller; and mean and std are tensors.
def make_loaders(x, y, batch_size, val_fraction, seed):
    g = torch.Generator().manual_seed(seed)
    perm = torch.randperm(len(x), generator=g)
    n_val = int(len(x) * val_fraction)
    mean, std = x[perm[n_val:]].mean(), x[perm[n_val:]].std()
    x.sub_(mean).div_(std)
    data = TensorDataset(x, y)
    train = torch.utils.data.Subset(data, perm[n_val:].tolist())
    val = torch.utils.data.Subset(data, perm[:n_val].tolist())
    return DataLoader(train, batch_size, shuffle=True, generator=g), DataLoader(val, batch_size), mean, std
