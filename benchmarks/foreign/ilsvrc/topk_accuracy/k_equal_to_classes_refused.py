# says: k = C raises a ValueError although it is allowed, and the result is a tensor.
def topk_accuracy(logits, y, k):
    if k < 1 or k >= logits.shape[1]:
        raise ValueError("k must be between 1 and C")
    _, idx = logits.topk(k)
    return idx.eq(y.view(-1, 1)).any(1).float().mean()
