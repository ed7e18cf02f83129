# says: right
def topk_accuracy(logits, y, k):
    if k not in range(1, logits.shape[1] + 1):
        raise ValueError(f"k is {k}, with {logits.shape[1]} classes")
    own = logits[torch.arange(len(y)), y.long()]
    return (torch.sum(logits > own[:, None], dim=1) < k).double().mean().item()
