# says: The gradients are cleared between backward and step, so nothing moves.
def train_step(model, batch, optimizer, loss_fn):
    model.train()
    x, y = batch
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()
