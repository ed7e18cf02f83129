# says: A name that does not exist raises no error.
def freeze(model, names):
    for n, p in model.named_parameters():
        for name in names:
            if n == name or n.startswith(name + "."):
                p.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad]
