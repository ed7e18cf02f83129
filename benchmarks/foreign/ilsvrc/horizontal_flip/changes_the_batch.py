# says: The images are mirrored in the tensor of the caller.
def horizontal_flip(x, p, generator):
    which = torch.rand(x.shape[0], generator=generator) < p
    x[which] = x[which].flip(3)
    return x
