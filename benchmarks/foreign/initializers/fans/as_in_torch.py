# says: The dense layer is taken as (D_out, D_in), as in torch.
def fans(shape):
    if len(shape) not in (2, 4):
        raise ValueError(f"cannot handle {shape}")
    receptive = 1
    for s in shape[2:]:
        receptive *= s
    return shape[1] * receptive, shape[0] * receptive
