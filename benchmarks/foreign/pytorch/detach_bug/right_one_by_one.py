# says: right
def detach_bug(model, batch, loss_fn):
    loss = loss_fn(model(batch[0]), batch[1])

    def reached(parameter):
        if loss.grad_fn is None:
            return loss is parameter
        return torch.autograd.grad(loss, [parameter], retain_graph=True, allow_unused=True)[0] is not None

    return [name for name, parameter in model.named_parameters() if parameter.requires_grad and not reached(parameter)]
