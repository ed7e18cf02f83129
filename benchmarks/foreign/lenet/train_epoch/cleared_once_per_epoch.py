# says: The gradients are cleared once, before the first batch, and not before each.
def train_epoch(model, loader, optimizer, device):
    model.train()
    optimizer.zero_grad()
    losses, counts = [], []
    for xb, yb in loader:
        xb = xb.to(device)
        yb = yb.to(device)
        loss = F.cross_entropy(model(xb), yb)
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * xb.shape[0])
        counts.append(xb.shape[0])
    return sum(losses) / sum(counts)
