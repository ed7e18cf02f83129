# says: The scaled loss is returned, and the scaler is not updated.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    model.train()
    x, y = batch
    optimizer.zero_grad()
    with torch.autocast(device_type=x.device.type, dtype=dtype):
        loss = loss_fn(model(x), y)
    loss = scaler.scale(loss)
    loss.backward()
    scaler.step(optimizer)
    return loss.item()
