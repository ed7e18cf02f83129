# says: right
def horizontal_flip(x, p, generator):
    chosen = (torch.rand(x.shape[0], generator=generator) < p).view(-1, 1, 1, 1)
    columns = torch.arange(x.shape[3])
    index = torch.where(chosen, columns.flip(0), columns).expand(x.shape)
    return x.gather(3, index)
