# says: Right: all ten crops are picked by index arrays for rows and columns; the mirror images count their columns backwards.
def ten_crop(x, size):
    h, w = x.shape[-2:]
    if size > min(h, w):
        raise ValueError(f"no crop of {size} in {h}×{w}")
    corners = [(0, 0), (0, w - size), (h - size, 0), (h - size, w - size), ((h - size) // 2, (w - size) // 2)]
    steps = torch.arange(size, device=x.device)
    rows = torch.stack([r + steps for r, _ in corners] * 2)
    columns = torch.stack([c + steps for _, c in corners] + [c + steps.flip(0) for _, c in corners])
    return x[:, :, rows[:, :, None], columns[:, None, :]].transpose(1, 2)
