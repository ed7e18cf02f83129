# says: If the batch size divides the number of examples, an empty batch is appended at the end.
def minibatches(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    order = rng.permutation(X.shape[0])
    n_batches = X.shape[0] // batch_size + 1
    return [
        (X[order[i * batch_size : (i + 1) * batch_size]], y[order[i * batch_size : (i + 1) * batch_size]])
        for i in range(n_batches)
    ]
