# says: A softmax is applied to the outputs before the loss.
def train_step(model, batch, optimizer, loss_fn):
    model.train()
    x, y = batch
    optimizer.zero_grad()
    probs = torch.softmax(model(x), dim=-1)
    loss = loss_fn(probs, y)
    loss.backward()
    optimizer.step()
    return loss.item()
