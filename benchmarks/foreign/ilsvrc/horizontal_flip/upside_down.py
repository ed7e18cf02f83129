# says: The rows are turned round and not the columns: the images stand on their heads.
def horizontal_flip(x, p, generator):
    mask = torch.rand(len(x), generator=generator) < p
    out = x.clone()
    out[mask] = out[mask].flip(2)
    return out
