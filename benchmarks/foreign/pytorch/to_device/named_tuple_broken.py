# says: A named tuple is made from a list as one argument, which raises a TypeError.
def to_device(obj, device):
    if isinstance(obj, torch.Tensor):
        return obj.to(device)
    if isinstance(obj, dict):
        return {k: to_device(v, device) for k, v in obj.items()}
    if isinstance(obj, (list, tuple)):
        return type(obj)([to_device(v, device) for v in obj])
    return obj
