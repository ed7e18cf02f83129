# says: Right: uses the closure form of optimizer.step, which returns the loss before the step.
def overfit_one_batch(model, x, y, steps):
    model.train()
    optimizer = torch.optim.Adam(params=list(model.parameters()), lr=0.002)

    def closure():
        model.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()
        return loss

    return [optimizer.step(closure).item() for _ in range(steps)]
