# says: A named tuple becomes a plain tuple and loses its class and its fields.
def to_device(obj, device):
    if isinstance(obj, torch.Tensor):
        return obj.to(device)
    elif isinstance(obj, list):
        return [to_device(o, device) for o in obj]
    elif isinstance(obj, tuple):
        return tuple(to_device(o, device) for o in obj)
    elif isinstance(obj, dict):
        return dict((k, to_device(v, device)) for k, v in obj.items())
    else:
        return obj
