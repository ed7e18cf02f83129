# says: right
def train_epoch(model, loader, optimizer, device):
    model.train()
    total, images = torch.zeros((), dtype=torch.float64), 0
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        logits = model(x.to(device))
        each = F.cross_entropy(logits, y.to(device), reduction="none")
        each.mean().backward()
        optimizer.step()
        total += each.detach().double().sum().cpu()
        images += each.numel()
    return (total / images).item()
