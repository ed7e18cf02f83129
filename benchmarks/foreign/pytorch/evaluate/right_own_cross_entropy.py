# says: right
@torch.no_grad()
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    losses, hits = [], []
    try:
        for x, y in loader:
            logits, y = model(x.to(device)), y.to(device)
            own = logits.gather(1, y[:, None])[:, 0]
            losses += (logits.logsumexp(dim=1) - own).tolist()
            hits += (logits.max(dim=1).indices == y).tolist()
    finally:
        model.train(mode)
    return sum(losses) / len(losses), sum(hits) / len(hits)
