# says: The images are reshaped to (-1, C) without moving the channel to the end, so channels are mixed.
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    flat, cache = batchnorm_forward(x.reshape(-1, C), gamma, beta, bn_param)
    return flat.reshape(N, C, H, W), cache
