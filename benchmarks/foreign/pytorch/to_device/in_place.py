# says: Lists and dicts are changed in place, so the caller's own containers suddenly hold the moved tensors.
def to_device(obj, device):
    if isinstance(obj, torch.Tensor):
        return obj.to(device)
    if isinstance(obj, dict):
        for key in obj:
            obj[key] = to_device(obj[key], device)
        return obj
    if isinstance(obj, list):
        for i in range(len(obj)):
            obj[i] = to_device(obj[i], device)
        return obj
    if isinstance(obj, tuple) and hasattr(obj, '_fields'):
        return type(obj)(*[to_device(o, device) for o in obj])
    if isinstance(obj, tuple):
        return tuple(to_device(o, device) for o in obj)
    return obj
