# says: It returns the absolute value: negative entries change their sign instead of becoming 0.
def relu_forward(x):
    mask = x > 0
    out = np.where(mask, x, -x)
    return out, mask
