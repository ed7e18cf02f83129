# says: Only tensors in the outermost container are moved.
def to_device(obj, device):
    move = lambda t: t.to(device) if isinstance(t, torch.Tensor) else t
    if isinstance(obj, dict):
        return {k: move(v) for k, v in obj.items()}
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return obj._make(move(v) for v in obj)
    if isinstance(obj, (list, tuple)):
        return type(obj)(move(v) for v in obj)
    return move(obj)
