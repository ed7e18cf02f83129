# says: The model stays in evaluation mode afterwards.
def evaluate(model, loader, device):
    model.eval()
    loss, hits, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            loss += F.cross_entropy(out, y, reduction="sum").item()
            hits += (out.argmax(dim=1) == y).sum().item()
            n += len(y)
    return loss / n, hits / n
