# says: right
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.square(x)

    @staticmethod
    def backward(ctx, grad_output):
        product = torch.mul(*ctx.saved_tensors, grad_output)
        return product + product
