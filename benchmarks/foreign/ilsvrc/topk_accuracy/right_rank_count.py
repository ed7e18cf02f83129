# says: Right: counts how many logits are larger than that of the label, without sorting.
def topk_accuracy(logits, y, k):
    if k not in range(1, logits.shape[1] + 1):
        raise ValueError(f"k = {k} does not fit {logits.shape[1]} classes")
    own = logits[torch.arange(len(y)), y.long()]
    ahead = (logits > own[:, None]).sum(dim=1)
    return float((ahead < k).double().mean())
