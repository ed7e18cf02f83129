# says: A softmax is applied before the cross-entropy.
def train_epoch(model, loader, optimizer, device):
    model.train()
    s, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        p = F.softmax(model(x), dim=1)
        loss = F.cross_entropy(p, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        s += loss.item() * x.size(0)
        n += x.size(0)
    return s / n
