# says: requires_grad is set on the module, where nobody reads it.
def freeze(model, names):
    modules, params = dict(model.named_modules()), dict(model.named_parameters())
    for name in names:
        if name in params:
            params[name].requires_grad = False
        elif name in modules and list(modules[name].parameters()):
            modules[name].requires_grad = False
        else:
            raise ValueError(f"{name} not found")
    return [p for p in model.parameters() if p.requires_grad]
