# says: The losses are those after each step: the loss before the first step is missing and there is one too late at the end.
def overfit_one_batch(model, x, y, steps):
    model.train()
    adam = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    loss = F.cross_entropy(model(x), y)
    for _ in range(steps):
        adam.zero_grad()
        loss.backward()
        adam.step()
        loss = F.cross_entropy(model(x), y)
        losses.append(loss.item())
    return losses
