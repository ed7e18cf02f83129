# says: The losses are those after each step; and the model may be in evaluation mode.
def overfit_one_batch(model, x, y, steps):
    opt = torch.optim.Adam(model.parameters(), lr=0.002)
    losses = []
    for i in range(steps):
        opt.zero_grad()
        F.cross_entropy(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(x), y).item())
    return losses
