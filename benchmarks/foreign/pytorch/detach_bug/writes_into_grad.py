# says: loss.backward() is called, which changes every .grad; the old gradients are lost.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    for p in model.parameters():
        p.grad = None
    loss = loss_fn(model(x), y)
    if loss.requires_grad:
        loss.backward()
    return [n for n, p in model.named_parameters() if p.requires_grad and p.grad is None]
