# says: A filter object (an iterator) is returned instead of a list; it is empty after it has been looked at once.
def freeze(model, names):
    all_names = [n for n, _ in model.named_parameters()]
    for name in names:
        hits = [n for n in all_names if n == name or n.startswith(name + ".")]
        if not hits:
            raise ValueError(f"{name} not found")
        for n in hits:
            model.get_parameter(n).requires_grad = False
    return filter(lambda p: p.requires_grad, model.parameters())
