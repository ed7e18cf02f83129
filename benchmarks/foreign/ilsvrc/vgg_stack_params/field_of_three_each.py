# says: Each layer is taken to add three rows, so the field is 3n.
def vgg_stack_params(n, channels, bias=False):
    field = 3 * n
    b = channels if bias else 0
    return field, n * (9 * channels**2 + b), field**2 * channels**2 + b
