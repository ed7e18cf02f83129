# says: y is compared as a row, so it crashes unless k is N or 1, and compares the wrong pairs then.
def topk_accuracy(logits, y, k):
    if not (1 <= k <= logits.size(1)):
        raise ValueError(f"k={k}")
    top = logits.topk(k, dim=1)[1]
    return float((top == y).sum()) / len(y)
