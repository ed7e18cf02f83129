# says: x.to(device) stands alone on a line, so the batch is not moved; and the result of the last batch's size is used for all.
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    loss, hits, batches = 0.0, 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x.to(device)
            y.to(device)
            out = model(x)
            loss += F.cross_entropy(out, y).item() * len(x)
            hits += (out.argmax(1) == y).sum().item()
            batches += 1
    model.train(mode)
    return loss / (batches * len(x)), hits / (batches * len(x))
