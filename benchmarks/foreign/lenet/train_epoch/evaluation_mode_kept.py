# says: The model is not put into training mode; and the loss is summed over the batch, so the step is too long.
def train_epoch(model, loader, optimizer, device):
    running, seen = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels, reduction="sum")
        loss.backward()
        optimizer.step()
        running += loss.item()
        seen += labels.numel()
    return running / seen
