# says: You print the results instead of returning them, so the function returns None.
def mse_loss(x, y):
    error = x - y
    loss = np.mean(error ** 2)
    dx = 2 * error / error.size
    print("loss:", loss, "dx shape:", dx.shape)
