# says: The model is not put into evaluation mode: dropout drops and batch normalization uses (and learns from) the test batches.
def evaluate(model, loader, device):
    total, right, count = 0., 0., 0
    for x, y in loader:
        with torch.no_grad():
            scores = model(x.to(device))
            y = y.to(device)
            total += F.cross_entropy(scores, y).item() * y.size(0)
            right += scores.max(1)[1].eq(y).sum().item()
            count += y.size(0)
    return total / count, right / count
