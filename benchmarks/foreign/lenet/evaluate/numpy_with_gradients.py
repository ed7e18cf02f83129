# says: .numpy() is called on logits that require gradients, since there is no no_grad; this crashes.
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    loss, hits, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss += F.cross_entropy(logits, y).item() * len(y)
        hits += (logits.numpy().argmax(axis=1) == y.numpy()).sum()
        n += len(y)
    model.train(mode)
    return loss / n, float(hits / n)
