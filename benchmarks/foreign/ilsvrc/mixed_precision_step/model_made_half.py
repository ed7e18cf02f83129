# says: The model's parameters are made 16-bit by model.to(dtype), so they and the optimizer leave float32.
def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    model.train()
    model.to(dtype)
    optimizer.zero_grad()
    loss = loss_fn(model(x.to(dtype)), y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
