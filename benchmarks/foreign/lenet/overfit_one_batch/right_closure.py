# says: right
def overfit_one_batch(model, x, y, steps):
    adam = torch.optim.Adam(model.parameters(), lr=2e-3)
    model.train()

    def closure():
        adam.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    return [adam.step(closure).item() for _ in range(steps)]
