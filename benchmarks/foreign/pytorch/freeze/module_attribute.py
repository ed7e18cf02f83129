# says: requires_grad is set on the module, where nobody reads it; nothing is frozen.
def freeze(model, names):
    modules = dict(model.named_modules())
    params = dict(model.named_parameters())
    for name in names:
        if name in params:
            params[name].requires_grad = False
        elif name in modules:
            modules[name].requires_grad = False
        else:
            raise ValueError(name)
    return [p for p in model.parameters() if p.requires_grad]
