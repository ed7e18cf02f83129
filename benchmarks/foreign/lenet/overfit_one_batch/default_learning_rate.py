# says: Adam has its default learning rate of 0.001.
def overfit_one_batch(model, x, y, steps):
    opt = torch.optim.Adam(model.parameters())
    model.train()
    history = []
    while len(history) < steps:
        opt.zero_grad()
        l = F.cross_entropy(model(x), y)
        l.backward()
        opt.step()
        history.append(l.item())
    return history
