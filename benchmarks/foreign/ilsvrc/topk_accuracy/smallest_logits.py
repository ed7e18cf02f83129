# says: The k smallest logits are taken and not the largest.
def topk_accuracy(logits, y, k):
    if k < 1 or k > logits.shape[1]:
        raise ValueError(k)
    best = logits.argsort(dim=1)[:, :k]
    return (best == y[:, None]).any(dim=1).float().mean().item()
