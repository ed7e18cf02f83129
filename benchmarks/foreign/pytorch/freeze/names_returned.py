# says: The names of the trainable parameters are returned and not the parameters.
def freeze(model, names):
    trainable = []
    for name in names:
        if not any(n == name or n.startswith(name + ".") for n, _ in model.named_parameters()):
            raise ValueError(name)
    for n, p in model.named_parameters():
        if any(n == name or n.startswith(name + ".") for name in names):
            p.requires_grad = False
        if p.requires_grad:
            trainable.append(n)
    return trainable
