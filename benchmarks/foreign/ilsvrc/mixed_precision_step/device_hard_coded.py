# says: autocast is told "cuda" whatever the device is, so nothing happens on the CPU; the dtype is ignored as well.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    model.train()
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cuda", dtype=torch.float16):
        out = model(x)
        loss = loss_fn(out, y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return float(loss)
