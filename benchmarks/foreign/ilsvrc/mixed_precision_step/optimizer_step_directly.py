# says: optimizer.step() is called directly, so the gradients are never divided by the scale, and scaler.update() then complains that the scaler has not looked at any gradients.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    model.train()
    optimizer.zero_grad(set_to_none=True)
    with torch.amp.autocast(x.device.type, dtype=dtype):
        out = model(x)
        loss = loss_fn(out, y)
    scaler.scale(loss).backward()
    optimizer.step()
    scaler.update()
    return loss.item()
