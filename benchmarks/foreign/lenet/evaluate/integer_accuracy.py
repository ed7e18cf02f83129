# says: The accuracy is computed with integer division, so it is 0 unless all are right; gradients are recorded as well.
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    loss, right, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss += float(F.cross_entropy(logits, y, reduction="sum"))
        right += int((logits.argmax(1) == y).sum())
        n += y.shape[0]
    model.train(mode)
    return loss / n, float(right // n)
