# says: The model is not put into evaluation mode.
def evaluate(model, loader, device):
    loss_sum = correct = count = 0
    with torch.no_grad():
        for xb, yb in loader:
            xb, yb = xb.to(device), yb.to(device)
            z = model(xb)
            loss_sum += F.cross_entropy(z, yb).item() * len(yb)
            correct += int((z.argmax(-1) == yb).sum())
            count += len(yb)
    return loss_sum / count, correct / count
