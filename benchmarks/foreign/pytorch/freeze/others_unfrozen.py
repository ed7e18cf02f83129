# says: All other parameters are set to requires_grad = True, also those that were frozen before.
def freeze(model, names):
    frozen = set()
    for name in names:
        ours = {n for n, _ in model.named_parameters() if n == name or n.startswith(f"{name}.")}
        if not ours:
            raise ValueError(f"no parameter or submodule {name!r}")
        frozen |= ours
    for n, p in model.named_parameters():
        p.requires_grad = n not in frozen
    return [p for p in model.parameters() if p.requires_grad]
