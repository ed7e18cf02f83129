# says: Each mirror image comes right after its crop, and not after all five.
def ten_crop(x, size):
    H, W = x.shape[2:]
    if size > H or size > W:
        raise ValueError(size)
    ch, cw = (H - size) // 2, (W - size) // 2
    crops = []
    for r, c in [(0, 0), (0, W - size), (H - size, 0), (H - size, W - size), (ch, cw)]:
        crop = x[:, :, r : r + size, c : c + size]
        crops += [crop, crop.flip(3)]
    return torch.stack(crops, dim=1)
