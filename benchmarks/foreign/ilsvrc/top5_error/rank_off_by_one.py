# says: The sixth guess counts as well: at most five logits may be larger.
def top5_error(logits, y):
    own = logits.gather(1, y[:, None])
    larger = (logits > own).sum(dim=1)
    return (larger > 5).double().mean().item()
