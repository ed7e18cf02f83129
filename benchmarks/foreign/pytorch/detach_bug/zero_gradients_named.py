# says: A parameter whose gradient exists and is zero is named, too.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    names, params = zip(*[(n, p) for n, p in model.named_parameters() if p.requires_grad])
    loss = loss_fn(model(x), y)
    if not loss.requires_grad:
        return list(names)
    grads = torch.autograd.grad(loss, params, allow_unused=True)
    return [n for n, g in zip(names, grads) if g is None or not g.any()]
