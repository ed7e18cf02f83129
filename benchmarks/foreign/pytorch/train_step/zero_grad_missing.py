# says: The old gradients are not cleared.
def train_step(model, batch, optimizer, loss_fn):
    model.train()
    x, y = batch
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()
