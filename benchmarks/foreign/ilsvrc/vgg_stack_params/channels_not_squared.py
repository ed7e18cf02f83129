# says: The weights are counted with the channels once: the product of incoming and outgoing channels is missing.
def vgg_stack_params(n, channels, bias=False):
    receptive_field = 2 * n + 1
    stack = n * 9 * channels
    single = receptive_field ** 2 * channels
    if bias:
        stack += n * channels
        single += channels
    return receptive_field, stack, single
