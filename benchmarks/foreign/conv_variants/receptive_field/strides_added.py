# says: The jump is the sum of the strides and not their product.
def receptive_field(layers):
    field = 1
    step = 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * step
        step += stride - 1
    return field
