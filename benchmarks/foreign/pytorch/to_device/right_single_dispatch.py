# says: right
import functools


def to_device(obj, device):
    inside = functools.partial(to_device, device=device)
    match obj:
        case torch.Tensor():
            return obj.to(device=device)
        case dict():
            new = obj.copy()
            new.update((key, inside(value)) for key, value in obj.items())
            return new
        case tuple() if hasattr(obj, "_make"):
            return obj._make(map(inside, obj))
        case list() | tuple():
            return type(obj)(map(inside, obj))
        case _:
            return obj
