# says: The loss is right, but the accuracy is the mean of the accuracies of the batches.
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    loss, n = 0.0, 0
    accuracies = []
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            z = model(x)
            loss += F.cross_entropy(z, y).item() * len(y)
            n += len(y)
            accuracies.append(torch.mean((torch.argmax(z, dim=1) == y).float()).item())
    model.train(mode)
    return loss / n, sum(accuracies) / len(accuracies)
