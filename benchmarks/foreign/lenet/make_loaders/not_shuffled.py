# says: The training loader does not shuffle, so each epoch has the same order.
def make_loaders(x, y, batch_size, val_fraction, seed):
    idx = torch.from_numpy(np.random.default_rng(seed).permutation(len(x)))
    n = int(len(x) * val_fraction)
    val, tr = idx[:n], idx[n:]
    mean = x[tr].mean().item()
    std = x[tr].std().item()
    z = (x - mean) / std
    return (
        DataLoader(TensorDataset(z[tr], y[tr]), batch_size=batch_size),
        DataLoader(TensorDataset(z[val], y[val]), batch_size=batch_size),
        mean,
        std,
    )
