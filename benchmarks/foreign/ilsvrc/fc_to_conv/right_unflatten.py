# says: Right: the weight is unflattened and set through a state dict.
def fc_to_conv(linear, in_shape):
    if linear.in_features != int(torch.tensor(in_shape).prod()):
        raise ValueError(f"{linear.in_features} inputs are not maps of {tuple(in_shape)}")
    state = {"weight": linear.weight.detach().unflatten(1, tuple(in_shape)).clone()}
    if linear.bias is not None:
        state["bias"] = linear.bias.detach().clone()
    conv = nn.Conv2d(in_shape[0], linear.out_features, tuple(in_shape[1:]), bias="bias" in state,
                     dtype=linear.weight.dtype, device=linear.weight.device)
    conv.load_state_dict(state)
    return conv
