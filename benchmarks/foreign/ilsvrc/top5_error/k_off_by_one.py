# says: The slice keeps the last four of the sorted classes only, so it is a top-4 error.
def top5_error(logits, y):
    order = logits.argsort(dim=1)
    best = order[:, -5:-1]
    wrong = 0
    for row, label in zip(best.tolist(), y.tolist()):
        if label not in row:
            wrong += 1
    return wrong / len(y)
