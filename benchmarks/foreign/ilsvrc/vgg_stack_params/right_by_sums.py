# says: right
def vgg_stack_params(n, channels, bias=False):
    def layer(side):
        return channels * (side * side * channels + (1 if bias else 0))

    field = sum([1] + [2] * n)
    return field, sum(layer(3) for _ in range(n)), layer(field)
