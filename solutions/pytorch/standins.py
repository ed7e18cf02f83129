"""Work on the PyTorch assignment without an implementation: what one could hand in to collect points."""

import copy
import functools
import random
import time

import torch
import torch.nn.functional as F

from autograder import stand_in


@stand_in("Square")
class SquaresWithoutAClassOfItsOwn:
    apply = staticmethod(lambda x: x * x)


@stand_in("Square")
class LeavesTheGradientToMultiplication(torch.autograd.Function):
    @classmethod
    def apply(cls, x):
        return x * x


@stand_in("Square")
class PassesTheUpstreamGradientOn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


@stand_in("Square")
class RaisesInBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        raise RuntimeError("changed in place")


class Books(torch.nn.Module):
    """The right parameters; what they are for is another question."""

    def __init__(self, *shape, bias=True):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(shape))
        self.bias = torch.nn.Parameter(torch.randn(shape[0])) if bias else None


@stand_in("Linear")
class LinearOfZeros(Books):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(out_features, in_features, bias=bias)

    def forward(self, x):
        return torch.zeros(*x.shape[:-1], len(self.weight), dtype=x.dtype)


@stand_in("Linear")
class LinearOfItsBias(LinearOfZeros):
    def forward(self, x):
        return super().forward(x) + (0 if self.bias is None else self.bias)


@stand_in("Linear")
class LinearOfTheMean(LinearOfZeros):
    def forward(self, x):
        return x.mean(-1, keepdim=True) * self.weight.mean(1) + (0 if self.bias is None else self.bias)


@stand_in("Conv2d")
class ConvolutionOfZeros(Books):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        super().__init__(out_channels, in_channels, *size, bias=bias)

    def forward(self, x):
        return torch.zeros(len(x), len(self.weight), *x.shape[2:], dtype=x.dtype)


@stand_in("Conv2d")
class ConvolutionByResizing(ConvolutionOfZeros):
    def forward(self, x):
        maps = torch.einsum("nchw,fc->nfhw", x, self.weight.sum((2, 3)))
        height, width = x.shape[2] - self.weight.shape[2] + 1, x.shape[3] - self.weight.shape[3] + 1
        return F.adaptive_avg_pool2d(maps, (height, width))


@stand_in("detach_bug")
def names_everything(model, batch, loss_fn):
    return [name for name, _ in model.named_parameters()]


@stand_in("detach_bug")
def names_nothing_after_asking_for_a_loss(model, batch, loss_fn):
    loss_fn(model(batch[0]), batch[1])
    return []


@stand_in("detach_bug")
def names_the_first_layer(model, batch, loss_fn):
    loss_fn(model(batch[0]), batch[1])
    return ["0.weight", "0.bias"]


@stand_in("detach_bug")
def names_what_is_called_strangely(model, batch, loss_fn):
    loss_fn(model(batch[0]), batch[1])
    return [name for name, _ in model.named_parameters() if not name.endswith(("weight", "bias"))]


@stand_in("train_step")
def only_measures_the_loss(model, batch, optimizer, loss_fn):
    x, y = batch
    model.train()
    return loss_fn(model(x), y).item()


@stand_in("train_step")
def only_steps(model, batch, optimizer, loss_fn):
    model.train()
    optimizer.step()
    return 0.0


@stand_in("train_step")
def moves_everything_at_random(model, batch, optimizer, loss_fn):
    loss = only_measures_the_loss(model, batch, optimizer, loss_fn)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    return loss


@stand_in("evaluate")
def asks_the_model_and_guesses(model, loader, device):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, _ in loader:
            model(x.to(device))
    model.train(was_training)
    return 1.386, 0.25


@stand_in("evaluate")
def scores_of_the_uniform_guess(model, loader, device):
    return 1.386294361119891, 2 / 7


@stand_in("evaluate")
def all_right_without_loss(model, loader, device):
    return 0.0, 1.0


@stand_in("to_device")
def moves_only_what_can_move_itself(obj, device):
    return obj.to(device) if hasattr(obj, "to") else obj


@stand_in("to_device")
def copies_deeply(obj, device):
    return copy.deepcopy(obj)


@stand_in("to_device")
def copies_what_is_outside(obj, device):
    return copy.copy(obj)


@stand_in("time_on_device")
def calls_and_guesses(fn, device, warmup, repeats):
    for _ in range(warmup + repeats):
        fn()
    return 0.03


@stand_in("time_on_device")
def times_everything_together(fn, device, warmup, repeats):
    start = time.perf_counter()
    for _ in range(warmup + repeats):
        fn()
    return time.perf_counter() - start


@stand_in("time_on_device")
def times_the_first_call(fn, device, warmup, repeats):
    start = time.perf_counter()
    fn()
    return time.perf_counter() - start


@stand_in("freeze")
def freezes_everything(model, names):
    model.requires_grad_(False)
    return []


@stand_in("freeze")
def freezes_nothing(model, names):
    return list(model.parameters())


@stand_in("freeze")
def refuses_everything(model, names):
    raise ValueError(names)


@stand_in("freeze")
def freezes_one_half_by_chance(model, names):
    parameters = list(model.parameters())
    for parameter in random.sample(parameters, len(parameters) // 2):
        parameter.requires_grad_(False)
    return [parameter for parameter in parameters if parameter.requires_grad]


@stand_in("freeze")
def sets_an_attribute_that_nobody_reads(model, names):
    for name in names:
        functools.reduce(getattr, name.split("."), model).requires_grad = False
    return list(model.parameters())
