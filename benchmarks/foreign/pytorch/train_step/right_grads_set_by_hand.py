# says: right
def train_step(model, batch, optimizer, loss_fn):
    model.train(True)
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    value = loss_fn(model(batch[0]), batch[1])
    value.backward()
    number = float(value.detach())
    optimizer.step()
    return number
