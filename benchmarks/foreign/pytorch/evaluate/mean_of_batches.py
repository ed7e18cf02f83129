# says: The mean over the batches is returned and not that over the examples.
def evaluate(model, loader, device):
    was = model.training
    model.eval()
    losses, accs = [], []
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            losses.append(F.cross_entropy(out, y).item())
            accs.append((out.argmax(1) == y).float().mean().item())
    model.train(was)
    return sum(losses) / len(losses), sum(accs) / len(accs)
