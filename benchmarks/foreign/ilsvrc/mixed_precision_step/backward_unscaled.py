# says: The loss is not scaled before the backward pass, although the step goes through the scaler.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    model.train()
    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype=dtype):
        loss = loss_fn(model(x), y)
    loss.backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
