# says: right
def freeze(model, names):
    chosen = set()
    for name in names:
        holder, _, last = name.rpartition(".")
        found = [p for n, m in model.named_modules() if n == name and name for p in m.parameters()]
        for n, m in model.named_modules():
            if n == holder and m._parameters.get(last) is not None:
                found.append(m._parameters[last])
        if not found:
            raise ValueError(f"nothing is called {name!r}")
        chosen.update(map(id, found))
    rest = []
    for p in model.parameters():
        if id(p) in chosen:
            p.requires_grad_(False)
        if p.requires_grad:
            rest.append(p)
    return rest
