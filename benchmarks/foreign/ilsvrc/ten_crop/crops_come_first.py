# says: The crops are stacked along axis 0, so the result is (10, N, ...); an image that is too small is not refused.
def ten_crop(x, size):
    H, W = x.shape[-2:]
    places = [(0, 0), (0, W - size), (H - size, 0), (H - size, W - size), ((H - size) // 2, (W - size) // 2)]
    crops = [x[:, :, i : i + size, j : j + size] for i, j in places]
    crops += [c.flip(3) for c in crops]
    return torch.stack(crops)
