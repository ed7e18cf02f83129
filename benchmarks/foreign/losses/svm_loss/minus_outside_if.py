# says: The right class gets -1 for every other class, also for those within the margin: the line stands outside the if.
def svm_loss(x, y):
    dx = np.zeros(x.shape)
    num_train, num_classes = x.shape
    loss = 0.0
    for i in range(num_train):
        correct_class_score = x[i, y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = x[i, j] - correct_class_score + 1
            if margin > 0:
                loss += margin
                dx[i, j] += 1
            dx[i, y[i]] -= 1
    loss /= num_train
    dx /= num_train
    return loss, dx
