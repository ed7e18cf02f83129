# says: One number decides for the whole batch.
def horizontal_flip(x, p, generator):
    if torch.rand(1, generator=generator).item() < p:
        return x.flip(-1)
    return x.clone()
