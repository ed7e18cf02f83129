# says: right
def make_loaders(x, y, batch_size, val_fraction, seed):
    count = int(len(x) * val_fraction)
    split, order = torch.Generator(), torch.Generator()
    split.manual_seed(seed)
    order.manual_seed(seed + 1_000_003)
    parts = torch.utils.data.random_split(range(len(x)), [len(x) - count, count], generator=split)
    rest, held = (torch.tensor(list(part), dtype=torch.long) for part in parts)
    pixels = x[rest].double()
    mean, std = pixels.mean().item(), pixels.std(unbiased=False).item()
    make = lambda which: TensorDataset((x[which] - mean) / std, y[which])
    return (
        DataLoader(make(rest), batch_size=batch_size, shuffle=True, generator=order),
        DataLoader(make(held), batch_size=batch_size),
        mean,
        std,
    )
