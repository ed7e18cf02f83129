# says: A copy of the model is trained, and the caller's model stays as it was.
def overfit_one_batch(model, x, y, steps):
    import copy

    net = copy.deepcopy(model)
    net.train()
    adam = torch.optim.Adam(net.parameters(), lr=2e-3)
    out = []
    for _ in range(steps):
        loss = F.cross_entropy(net(x), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        out.append(loss.item())
    return out
