# says: allow_unused is missing, so the very first unused parameter raises an error instead of being named.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    params = {n: p for n, p in model.named_parameters() if p.requires_grad}
    loss = loss_fn(model(x), y)
    if loss.grad_fn is None:
        return list(params)
    grads = torch.autograd.grad(loss, list(params.values()))
    return [n for n, g in zip(params, grads) if g is None]
