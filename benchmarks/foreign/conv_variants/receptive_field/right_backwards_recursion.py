# says: Right: goes from the output to the input and asks how many pixels of each layer's input are needed.
def receptive_field(layers):
    span = 1
    for k, s, d in reversed(list(layers)):
        span = (span - 1) * s + d * (k - 1) + 1
    return span
