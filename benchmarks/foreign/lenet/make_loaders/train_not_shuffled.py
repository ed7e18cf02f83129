# says: The training loader does not shuffle, so every epoch has the same order.
def make_loaders(x, y, batch_size, val_fraction, seed):
    torch.manual_seed(seed)
    perm = torch.randperm(x.size(0))
    n_val = int(x.size(0) * val_fraction)
    tr, va = perm[n_val:], perm[:n_val]
    mean = x[tr].mean()
    std = x[tr].std()
    ds_tr = TensorDataset((x[tr] - mean) / std, y[tr])
    ds_va = TensorDataset((x[va] - mean) / std, y[va])
    return DataLoader(ds_tr, batch_size=batch_size), DataLoader(ds_va, batch_size=batch_size), mean.item(), std.item()
