# says: right
def evaluate(model, loader, device):
    mode = model.training
    model.eval()
    logits, truth = [], []
    with torch.inference_mode():
        for x, y in loader:
            logits.append(model(x.to(device)).cpu())
            truth.append(y.cpu())
    model.train(mode)
    z, t = torch.cat(logits), torch.cat(truth)
    return F.nll_loss(z.log_softmax(dim=1), t).item(), z.argmax(dim=1).eq(t).double().mean().item()
