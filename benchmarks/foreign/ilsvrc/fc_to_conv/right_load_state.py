# says: right
def fc_to_conv(linear, in_shape):
    kernel = tuple(in_shape[1:])
    expected = in_shape[0] * kernel[0] * kernel[1]
    if expected != linear.in_features:
        raise ValueError(f"{linear.in_features} inputs for maps of {expected} numbers")
    state = {name: value.detach().clone() for name, value in linear.state_dict().items()}
    state["weight"] = state["weight"].reshape(-1, *in_shape)
    conv = nn.Conv2d(
        in_shape[0], linear.out_features, kernel, bias="bias" in state,
        dtype=linear.weight.dtype, device=linear.weight.device,
    )
    conv.load_state_dict(state)
    return conv
