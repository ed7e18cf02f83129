# says: Images whose number is larger than p are mirrored.
def horizontal_flip(x, p, generator):
    u = torch.rand(x.size(0), generator=generator)
    return torch.where((u > p)[:, None, None, None], torch.flip(x, dims=[3]), x)
