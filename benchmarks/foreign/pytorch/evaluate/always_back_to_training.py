# says: Afterwards the model is put into training mode even if it came in evaluation mode.
def evaluate(model, loader, device):
    model.eval()
    total, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += F.cross_entropy(logits, y, reduction="sum").item()
            right += (logits.argmax(dim=1) == y).sum().item()
            n += len(y)
    model.train()
    return total / n, right / n
