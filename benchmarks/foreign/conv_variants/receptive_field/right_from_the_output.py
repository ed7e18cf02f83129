# says: right
def receptive_field(layers):
    span = 1
    for kernel, stride, dilation in list(layers)[::-1]:
        span = (span - 1) * stride + dilation * (kernel - 1) + 1
    return span
