# says: Tuples come back as lists.
def to_device(obj, device):
    if torch.is_tensor(obj):
        return obj.to(device)
    elif isinstance(obj, (tuple, list)):
        return [to_device(o, device) for o in obj]
    elif isinstance(obj, dict):
        return {key: to_device(value, device) for key, value in obj.items()}
    else:
        return obj
