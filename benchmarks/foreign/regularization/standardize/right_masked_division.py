# says: right
def standardize(train, test):
    center = train.mean(axis=0)
    width = np.sqrt(np.mean((train - center) ** 2, axis=0))
    constant = np.std(train, axis=0) == 0
    return tuple((part - center) / np.where(constant, 1.0, np.where(width == 0, 1.0, width)) for part in (train, test))
