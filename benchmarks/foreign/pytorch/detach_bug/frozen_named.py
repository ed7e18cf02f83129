# says: Frozen parameters are named as well.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    loss = loss_fn(model(x), y)
    bad = []
    for name, p in model.named_parameters():
        if not p.requires_grad or not loss.requires_grad:
            bad.append(name)
            continue
        (g,) = torch.autograd.grad(loss, p, retain_graph=True, allow_unused=True)
        if g is None:
            bad.append(name)
    return bad
