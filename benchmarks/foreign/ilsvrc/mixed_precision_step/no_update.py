# says: scaler.update() is missing, so the scale is never halved after a step with infinite gradients.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    model.train()
    inputs, targets = batch
    with torch.autocast(inputs.device.type, dtype=dtype):
        loss = loss_fn(model(inputs), targets)
    optimizer.zero_grad()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    return float(loss)
