# says: The error is given in percent.
def top5_error(logits, y):
    order = torch.argsort(logits, dim=1, descending=True)[:, :5]
    wrong = 0
    for row, label in zip(order, y):
        if label not in row:
            wrong += 1
    return 100 * wrong / len(y)
