# says: The rows are reversed instead of the columns: the images stand on their heads.
def horizontal_flip(x, p, generator):
    mask = torch.rand(x.size(0), generator=generator) < p
    out = x.clone()
    out[mask] = out[mask].flip(2)
    return out
