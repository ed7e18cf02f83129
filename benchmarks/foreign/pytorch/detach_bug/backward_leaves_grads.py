# says: It clears all .grad and calls loss.backward(), so the gradients that were stored before are lost and new ones left behind; no .grad may be changed.
def detach_bug(model, batch, loss_fn):
    x, y = batch
    for p in model.parameters():
        p.grad = None
    loss = loss_fn(model(x), y)
    try:
        loss.backward()
    except RuntimeError:
        pass
    return [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]
