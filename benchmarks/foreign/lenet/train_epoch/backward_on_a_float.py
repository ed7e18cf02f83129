# says: .item() is called before backward(), and a float has no backward.
def train_epoch(model, loader, optimizer, device):
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y).item()
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        n += len(y)
    return total / n
