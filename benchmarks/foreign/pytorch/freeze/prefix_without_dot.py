# says: A parameter is frozen if its name begins with the name given, so "backbone" freezes "backbone2" as well.
def freeze(model, names):
    known = dict(model.named_parameters())
    for name in names:
        hit = [p for n, p in known.items() if n.startswith(name)]
        if not hit:
            raise ValueError(name)
        for p in hit:
            p.requires_grad = False
    return [p for p in model.parameters() if p.requires_grad]
