# says: Names are compared with startswith without the dot, so freezing "backbone" freezes "backbone2" as well.
def freeze(model, names):
    for name in names:
        found = False
        for n, p in model.named_parameters():
            if n.startswith(name):
                p.requires_grad = False
                found = True
        if not found:
            raise ValueError(f"no such parameter: {name}")
    return [p for p in model.parameters() if p.requires_grad]
