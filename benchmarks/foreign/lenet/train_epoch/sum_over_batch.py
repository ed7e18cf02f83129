# says: The loss whose gradient is followed is the sum over the batch instead of its mean, so each step is too long by the batch size (the log_softmax before it does no harm).
def train_epoch(model, loader, optimizer, device):
    criterion = nn.CrossEntropyLoss(reduction="sum")
    model.train()
    total = 0.0
    n = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        log_p = F.log_softmax(model(images), dim=1)
        loss = criterion(log_p, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        n += images.shape[0]
    return total / n
