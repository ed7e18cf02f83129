# says: If nothing is recorded at all, torch.autograd.grad raises an error.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    todo = {n: p for n, p in model.named_parameters() if p.requires_grad}
    loss = loss_fn(model(x), y)
    grads = torch.autograd.grad(loss, list(todo.values()), allow_unused=True)
    return [n for n, g in zip(todo, grads) if g is None]
