# says: A tensor with its whole graph is summed up and returned, and it is not a Python float.
def train_epoch(model, loader, optimizer, device):
    model.train()
    loss_total = 0
    n = 0
    for data, target in loader:
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.cross_entropy(output, target)
        loss.backward()
        optimizer.step()
        loss_total += loss * len(data)
        n += len(data)
    return loss_total / n
