# says: The center crop begins at a place that is rounded up and not down.
def ten_crop(x, size):
    n, ch, h, w = x.shape
    if size > min(h, w):
        raise ValueError
    top, left = round((h - size) / 2 + 0.25), round((w - size) / 2 + 0.25)
    five = [
        x[..., :size, :size], x[..., :size, -size:], x[..., -size:, :size], x[..., -size:, -size:],
        x[..., top : top + size, left : left + size],
    ]
    return torch.stack(five + [c.flip(-1) for c in five], dim=1)
