# says: The biases of the stack are counted once and not for each layer.
def vgg_stack_params(n, channels, bias=False):
    r = 2 * n + 1
    stack = 9 * n * channels * channels
    single = r * r * channels * channels
    if bias:
        stack += channels
        single += channels
    return r, stack, single
