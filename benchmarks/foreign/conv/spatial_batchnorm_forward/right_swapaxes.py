# says: right
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    channel_last = np.moveaxis(x, 1, 3)
    table, cache = batchnorm_forward(channel_last.reshape(-1, x.shape[1]), gamma, beta, bn_param)
    return np.moveaxis(table.reshape(channel_last.shape), 3, 1), cache


def spatial_batchnorm_backward(dout, cache):
    last = np.moveaxis(dout, 1, 3)
    dx, dgamma, dbeta = batchnorm_backward(last.reshape(-1, dout.shape[1]), cache)
    return np.moveaxis(dx.reshape(last.shape), 3, 1), dgamma, dbeta
