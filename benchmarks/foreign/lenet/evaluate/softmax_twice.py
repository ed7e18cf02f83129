# says: The loss is the cross-entropy of probabilities: a softmax is taken before the loss that takes one itself.
def evaluate(model, loader, device):
    was_training = model.training
    model.eval()
    L, A, N = 0.0, 0, 0
    for x, y in loader:
        with torch.no_grad():
            p = F.softmax(model(x.to(device)), dim=-1)
        y = y.to(device)
        L += F.cross_entropy(p, y, reduction='sum').item()
        A += int((p.argmax(-1) == y).sum())
        N += y.shape[0]
    model.train(was_training)
    return L / N, A / N
