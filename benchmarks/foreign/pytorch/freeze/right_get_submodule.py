# says: Right: looks a name up by get_submodule or get_parameter and turns their AttributeError into a ValueError.
def freeze(model, names):
    chosen = []
    for name in names:
        try:
            parts = list(model.get_submodule(name).parameters())
        except AttributeError:
            try:
                parts = [model.get_parameter(name)]
            except AttributeError:
                parts = []
        if not parts:
            raise ValueError(f"{name!r} is neither a parameter nor a submodule with parameters")
        chosen += parts
    for p in chosen:
        p.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad]
