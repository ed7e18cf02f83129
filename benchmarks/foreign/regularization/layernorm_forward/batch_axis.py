# says: It normalizes each feature over the batch, as batch normalization does.
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.sqrt(np.var(x, axis=0, keepdims=True) + eps)
    z = (x - mean) / std
    return z * gamma + beta, (z, std, gamma)
