# says: A new Adam is made in every step, so its memory is lost.
def overfit_one_batch(model, x, y, steps):
    model.train()
    losses = []
    for _ in range(steps):
        opt = torch.optim.Adam(model.parameters(), lr=0.002)
        opt.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        opt.step()
        losses.append(loss.item())
    return losses
