# says: The channels are counted once and not squared.
def vgg_stack_params(n, channels, bias=False):
    field = 1
    for _ in range(n):
        field += 2
    extra = int(bias)
    return field, n * channels * (9 + extra), channels * (field * field + extra)
