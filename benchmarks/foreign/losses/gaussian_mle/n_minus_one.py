# says: The standard deviation divides by n - 1.
def gaussian_mle(x):
    x = np.ravel(x)
    return float(x.mean()), float(x.std(ddof=1))
