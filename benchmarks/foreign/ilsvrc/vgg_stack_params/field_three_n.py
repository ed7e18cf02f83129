# says: The receptive field is taken as 3n; each further layer adds only two rows, so it is 2n + 1.
def vgg_stack_params(n, channels, bias=False):
    r = 3 * n
    b = channels if bias else 0
    return r, n * (9 * channels ** 2 + b), r * r * channels ** 2 + b
