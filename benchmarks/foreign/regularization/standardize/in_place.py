# says: train and test themselves are changed by -= and /=; make new arrays.
def standardize(train, test):
    mean = np.mean(train, axis=0)
    std = np.std(train, axis=0)
    std[std == 0] = 1
    train -= mean
    train /= std
    test -= mean
    test /= std
    return train, test
