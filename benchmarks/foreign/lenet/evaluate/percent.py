# says: The accuracy is given in percent.
def evaluate(model, loader, device):
    training = model.training
    model.eval()
    total_loss, total_right, total = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total_loss += F.cross_entropy(logits, labels).item() * len(labels)
            total_right += (logits.argmax(1) == labels).sum().item()
            total += len(labels)
    model.train(training)
    return total_loss / total, 100.0 * total_right / total
