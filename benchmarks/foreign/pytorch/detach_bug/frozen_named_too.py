# says: Frozen parameters are named as well: requires_grad is not looked at.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    out = loss_fn(model(x), y)
    res = []
    for name, p in model.named_parameters():
        g = None
        if p.requires_grad and out.requires_grad:
            g = torch.autograd.grad(out, p, retain_graph=True, allow_unused=True)[0]
        if g is None:
            res.append(name)
    return res
