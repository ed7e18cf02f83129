# says: right
def ten_crop(x, size):
    bottom, right = x.shape[2] - size, x.shape[3] - size
    if bottom < 0 or right < 0:
        raise ValueError(f"{size} is larger than {tuple(x.shape[2:])}")
    everything = x.unfold(2, size, 1).unfold(3, size, 1)
    rows = torch.tensor([0, 0, bottom, bottom, bottom // 2])
    columns = torch.tensor([0, right, 0, right, right // 2])
    five = everything[:, :, rows, columns].transpose(1, 2)
    return torch.cat([five, five.flip(-1)], dim=1)
