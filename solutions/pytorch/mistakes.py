"""Known wrong implementations of the PyTorch assignment.

The helpers below are right; each mistake deviates from them in one place.
"""

import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder import mistake

# ------------------------------------------------------------------------------------------------------------- Square


class _Square(torch.autograd.Function):
    """Right; mistakes replace one of the two methods."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return 2 * x * grad_output


@mistake("Square", says="The upstream gradient is ignored: backward has to multiply by what arrives from above.")
class UpstreamIgnored(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        return 2 * ctx.saved_tensors[0]


@mistake("Square", says="The gradient is half of what it should be: what is the derivative of x²?")
class DerivativeWithoutTwo(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        return ctx.saved_tensors[0] * grad_output


@mistake("Square", says="The result was saved, not x; the derivative of x² is a multiple of x.")
class ResultSaved(_Square):
    @staticmethod
    def forward(ctx, x):
        y = x * x
        ctx.save_for_backward(y)
        return y


@mistake("Square", says="The result is 2x; this looks like the derivative where the value belongs.")
class DerivativeForValue(_Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 2 * x


@mistake(
    "Square", says="x has lost its history: by a detach, .data or NumPy, or because it is not x itself that was saved."
)
class HistoryOfXLost(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        return 2 * ctx.saved_tensors[0].detach() * grad_output


@mistake("Square", says="Both x and the upstream gradient lose their history: backward itself must be recorded.")
class BackwardNotRecorded(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        with torch.no_grad():
            return 2 * ctx.saved_tensors[0] * grad_output


@mistake("Square", says="The function is marked to be differentiated once; here its gradient is differentiated again.")
class OnceDifferentiable(_Square):
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, grad_output):
        return 2 * ctx.saved_tensors[0] * grad_output


@mistake("Square", says="A change of x in place goes unnoticed: attributes of ctx are not watched, saved tensors are.")
class KeptAsAttribute(_Square):
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        return 2 * ctx.x * grad_output


@mistake("Square", says="x itself is changed: a method whose name ends in an underscore works in place.")
class SquareInPlace(_Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x.clone())
        return x.mul_(x)


@mistake("Square", says="The result has another dtype than x.")
class SquareInDouble(_Square):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.double() ** 2


@mistake("Square", says="The gradient is averaged over the entries; every entry has its own, nothing is divided.")
class GradientAveraged(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        return 2 * ctx.saved_tensors[0] * grad_output / grad_output.numel()


@mistake("Square", says="The gradient has the shape of a single number; it should have the shape of x.")
class GradientSummed(_Square):
    @staticmethod
    def backward(ctx, grad_output):
        return (2 * ctx.saved_tensors[0] * grad_output).sum()


# ------------------------------------------------------------------------------------------------------------- Linear


def _affine(x, weight, bias=None):
    out = x @ weight.T
    return out if bias is None else out + bias


class _Linear(nn.Module):
    """Right; mistakes replace a part, or spoil the layer once it is made."""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        bound = in_features**-0.5
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None
        self.spoil()

    def spoil(self):
        pass

    def forward(self, x):
        return _affine(x, self.weight, self.bias)


@mistake(
    "Linear", says="The weights are a plain tensor: requires_grad alone does not enter them into the module's books."
)
class PlainTensors(_Linear):
    def spoil(self):
        weight, bias = self.weight, self.bias
        del self.weight, self.bias
        self.weight = torch.randn(weight.shape, requires_grad=True)
        self.bias = None if bias is None else torch.randn(bias.shape, requires_grad=True)


@mistake("Linear", says="The parameters are kept in a plain list, which the module's books do not mention.")
class ParametersInAList(_Linear):
    def spoil(self):
        self.parts = [self.weight] if self.bias is None else [self.weight, self.bias]
        del self.weight, self.bias

    def forward(self, x):
        return _affine(x, *self.parts)


@mistake("Linear", says="The weights are a buffer: buffers are saved and moved, but not trained.")
class WeightIsABuffer(_Linear):
    def spoil(self):
        weight = self.weight.detach()
        del self.weight
        self.register_buffer("weight", weight)


@mistake("Linear", says="The weights have the shape (inputs, outputs); PyTorch stores one row per output.")
class WeightTransposed(_Linear):
    def spoil(self):
        self.weight = nn.Parameter(self.weight.detach().T.contiguous())

    def forward(self, x):
        return _affine(x, self.weight.T, self.bias)


@mistake("Linear", says="The bias has the shape (1, outputs); it is a vector.")
class BiasIsARow(_Linear):
    def spoil(self):
        if self.bias is not None:
            self.bias = nn.Parameter(self.bias.detach()[None])


@mistake("Linear", says="The bias is there but not added.")
class BiasNotAdded(_Linear):
    def forward(self, x):
        return _affine(x, self.weight)


@mistake("Linear", says="There is a bias even if bias is False.")
class BiasAlways(_Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, True)


@mistake("Linear", says="Without a bias, the attribute bias is missing; it should be None.")
class BiasAttributeMissing(_Linear):
    def spoil(self):
        if self.bias is None:
            del self.bias

    def forward(self, x):
        return _affine(x, self.weight, getattr(self, "bias", None))


@mistake("Linear", says="The weights are used without their history (.data or detach), so no gradient reaches them.")
class WeightDetached(_Linear):
    def forward(self, x):
        return _affine(x, self.weight.data, self.bias)


@mistake("Linear", says="The input is used without its history, so no gradient reaches the layers before.")
class InputDetached(_Linear):
    def forward(self, x):
        return _affine(x.detach(), self.weight, self.bias)


@mistake("Linear", says="All axes but the first are flattened; only the last axis is transformed, the others stay.")
class AxesFlattened(_Linear):
    def forward(self, x):
        return _affine(x.reshape(-1, self.weight.shape[1]), self.weight, self.bias)


@mistake("Linear", says="The transpose is taken for inputs with two axes only; any number of axes may stand in front.")
class TwoAxesOnly(_Linear):
    def forward(self, x):
        out = (self.weight @ x.T).T
        return out if self.bias is None else out + self.bias


@mistake("Linear", says="nn.Module has not been prepared: the first line of __init__ calls the base class's.")
class BaseClassNotCalled(_Linear):
    def __init__(self, in_features, out_features, bias=True):
        self.weight = nn.Parameter(torch.randn(out_features, in_features))


@mistake("Linear", says="The weights start at zero, all outputs alike: they would get the same gradients for ever.")
class WeightsStartAtZero(_Linear):
    def spoil(self):
        nn.init.zeros_(self.weight)


@mistake("Linear", says="All layers start with the same numbers: a seed is set inside the layer.")
class SeedInTheLayer(_Linear):
    def __init__(self, *arguments, **settings):
        torch.manual_seed(0)
        super().__init__(*arguments, **settings)


@mistake("Linear", says="Every output starts as a copy of one and the same row.")
class OneRowForAll(_Linear):
    def spoil(self):
        self.weight = nn.Parameter(self.weight.detach()[:1].repeat(len(self.weight), 1))


# ------------------------------------------------------------------------------------------------------------- Conv2d


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


class _Conv2d(nn.Module):
    """Right; mistakes replace a part, or spoil the layer once it is made."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.size, self.stride, self.padding = self.settings(_pair(kernel_size), _pair(stride), _pair(padding))
        bound = (in_channels * self.size[0] * self.size[1]) ** -0.5
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None
        self.spoil()

    def settings(self, size, stride, padding):
        """Pairs, as they are used."""
        return size, stride, padding

    def spoil(self):
        pass

    def out_size(self, x):
        return [
            (n + 2 * p - k) // s + 1
            for n, p, k, s in zip(x.shape[2:], self.padding, self.size, self.stride, strict=True)
        ]

    def columns(self, x):
        """(N, C kh kw, H' W')."""
        return F.unfold(x, self.size, padding=self.padding, stride=self.stride)

    def rows(self):
        """(F, C kh kw)."""
        return self.weight.flatten(1)

    def shifted(self, out):
        """out: (N, F, H' W')."""
        return out if self.bias is None else out + self.bias[:, None]

    def shaped(self, out, x):
        return out.reshape(len(x), len(self.weight), *self.out_size(x))

    def forward(self, x):
        return self.shaped(self.shifted(self.rows() @ self.columns(x)), x)


@mistake(
    "Conv2d", says="The filters are a plain tensor: requires_grad alone does not enter them into the module's books."
)
class FiltersArePlainTensors(_Conv2d):
    def spoil(self):
        weight = self.weight.detach().requires_grad_()
        del self.weight
        self.weight = weight


@mistake("Conv2d", says="The filters are stored as a matrix; their shape is (filters, channels, height, width).")
class FiltersAreAMatrix(_Conv2d):
    def spoil(self):
        self.weight = nn.Parameter(self.weight.detach().flatten(1))


@mistake("Conv2d", says="The kernel's height is used in both directions.")
class KernelHeightTwice(_Conv2d):
    def settings(self, size, stride, padding):
        return (size[0], size[0]), stride, padding


@mistake("Conv2d", says="The channels of filter and input are exchanged in the shape of the weights.")
class ChannelsExchanged(_Conv2d):
    def spoil(self):
        self.weight = nn.Parameter(self.weight.detach().transpose(0, 1).contiguous())

    def rows(self):
        return self.weight.transpose(0, 1).flatten(1)

    def shaped(self, out, x):
        return out.reshape(len(x), -1, *self.out_size(x))


@mistake("Conv2d", says="Height and width of the output are exchanged: windows come row by row.")
class OutputSizeExchanged(_Conv2d):
    def out_size(self, x):
        return super().out_size(x)[::-1]


@mistake(
    "Conv2d",
    says="The result is reshaped with the windows before the filters; the axes have to be moved, not read anew.",
)
class ReshapedWithoutTranspose(_Conv2d):
    def forward(self, x):
        out = self.columns(x).transpose(1, 2) @ self.rows().T
        return self.shaped(out if self.bias is None else out + self.bias, x)


@mistake("Conv2d", says="The images of the batch are mixed with the filters: F.unfold gives one matrix per image.")
class BatchAndFiltersMixed(_Conv2d):
    def forward(self, x):
        out = self.shifted(self.rows() @ self.columns(x))
        return out.transpose(0, 1).reshape(len(x), len(self.weight), *self.out_size(x))


@mistake("Conv2d", says="The kernel is turned by 180°; here it is laid on the window as it is.")
class KernelTurned(_Conv2d):
    def rows(self):
        return self.weight.flip(2, 3).flatten(1)


@mistake("Conv2d", says="The filters are laid out with the channel last; in the columns it changes slowest.")
class ChannelLastInTheRows(_Conv2d):
    def rows(self):
        return self.weight.permute(0, 2, 3, 1).flatten(1)


@mistake("Conv2d", says="The kernel is transposed: height and width of the filters are exchanged in their rows.")
class KernelTransposed(_Conv2d):
    def rows(self):
        return self.weight.transpose(2, 3).flatten(1)


@mistake("Conv2d", says="The padding is not handed to F.unfold.")
class PaddingIgnored(_Conv2d):
    def settings(self, size, stride, padding):
        return size, stride, (0, 0)


@mistake("Conv2d", says="The stride is not handed to F.unfold.")
class StrideIgnored(_Conv2d):
    def settings(self, size, stride, padding):
        return size, (1, 1), padding


@mistake("Conv2d", says="The size of the output is computed without the stride.")
class SizeWithoutStride(_Conv2d):
    def out_size(self, x):
        return [n + 2 * p - k + 1 for n, p, k in zip(x.shape[2:], self.padding, self.size, strict=True)]


@mistake("Conv2d", says="The size of the output is computed without the padding.")
class SizeWithoutPadding(_Conv2d):
    def out_size(self, x):
        return [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], self.size, self.stride, strict=True)]


@mistake("Conv2d", says="The size of the output is rounded up; a window that would stick out does not count.")
class SizeRoundedUp(_Conv2d):
    def out_size(self, x):
        sizes = zip(x.shape[2:], self.padding, self.size, self.stride, strict=True)
        return [-(-(n + 2 * p - k) // s) + 1 for n, p, k, s in sizes]


@mistake("Conv2d", says="The edge pixels are repeated outside the image; the padding consists of zeros.")
class PaddedWithTheEdge(_Conv2d):
    def columns(self, x):
        ph, pw = self.padding
        return F.unfold(F.pad(x, (pw, pw, ph, ph), mode="replicate"), self.size, stride=self.stride)


@mistake("Conv2d", says="Height and width are exchanged in the stride.")
class StrideExchanged(_Conv2d):
    def settings(self, size, stride, padding):
        return size, stride[::-1], padding


@mistake("Conv2d", says="Height and width are exchanged in the padding.")
class PaddingExchanged(_Conv2d):
    def settings(self, size, stride, padding):
        return size, stride, padding[::-1]


@mistake("Conv2d", says="The first entry of a stride or padding is used in both directions.")
class FirstOfThePairOnly(_Conv2d):
    def settings(self, size, stride, padding):
        return size, _pair(stride[0]), _pair(padding[0])


@mistake("Conv2d", says="The bias is there but not added.")
class FilterBiasNotAdded(_Conv2d):
    def shifted(self, out):
        return out


@mistake("Conv2d", says="There is a bias even if bias is False.")
class FilterBiasAlways(_Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, True)


@mistake("Conv2d", says="The columns are used without their history, so no gradient reaches the layers before.")
class ColumnsDetached(_Conv2d):
    def columns(self, x):
        return super().columns(x).detach()


@mistake("Conv2d", says="The filters are used without their history (.data or detach), so no gradient reaches them.")
class FiltersDetached(_Conv2d):
    def rows(self):
        return self.weight.data.flatten(1)


@mistake("Conv2d", says="All filters start alike: they would get the same gradients and stay alike for ever.")
class FiltersStartAlike(_Conv2d):
    def spoil(self):
        nn.init.constant_(self.weight, 0.1)


@mistake("Conv2d", says="All layers start with the same numbers: a seed is set inside the layer.")
class SeedInTheConvolution(_Conv2d):
    def __init__(self, *arguments, **settings):
        torch.manual_seed(0)
        super().__init__(*arguments, **settings)


@mistake(
    "Conv2d", says="The gradient of the filters is that of a batch mean: something is averaged that should be summed."
)
class ProductOverTheMeanImage(_Conv2d):
    def forward(self, x):
        return super().forward(x.mean(dim=0, keepdim=True).expand_as(x))


# --------------------------------------------------------------------------------------------------------- detach_bug


def _gradients(model, batch, loss_fn, *, careful=True):
    """Each trainable parameter's name with its gradient, None where none arrives."""
    trainable = {name: p for name, p in model.named_parameters() if p.requires_grad}
    loss = loss_fn(model(batch[0]), batch[1])
    if careful and not (loss.requires_grad and trainable):
        return dict.fromkeys(trainable)
    found = torch.autograd.grad(loss, list(trainable.values()), allow_unused=True)
    return dict(zip(trainable, found, strict=True))


def _lost(gradients):
    return [name for name, gradient in gradients.items() if gradient is None]


@mistake("detach_bug", says="The parameters that are reached are named; those that are not are wanted.")
def names_the_reached_ones(model, batch, loss_fn):
    return [name for name, gradient in _gradients(model, batch, loss_fn).items() if gradient is not None]


@mistake("detach_bug", says="A gradient of zeros is taken for a missing one; None and zero are two different answers.")
def zero_taken_for_missing(model, batch, loss_fn):
    found = _gradients(model, batch, loss_fn)
    return [name for name, gradient in found.items() if gradient is None or not gradient.any()]


@mistake("detach_bug", says="Frozen parameters are named as well; they are not supposed to get a gradient.")
def names_frozen_ones(model, batch, loss_fn):
    found = _gradients(model, batch, loss_fn)
    return [name for name, _ in model.named_parameters() if found.get(name) is None]


@mistake(
    "detach_bug", says="A loss without any history raises an error; then all trainable parameters are to be named."
)
def raises_without_history(model, batch, loss_fn):
    return _lost(_gradients(model, batch, loss_fn, careful=False))


@mistake(
    "detach_bug", says="Gradients that were there before are taken for those of this loss, and new ones are added."
)
def old_gradients_count(model, batch, loss_fn):
    loss = loss_fn(model(batch[0]), batch[1])
    if loss.requires_grad:
        loss.backward()
    return [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]


@mistake("detach_bug", says="The .grad of the parameters is different afterwards; it belongs to somebody else.")
def gradients_left_behind(model, batch, loss_fn):
    model.zero_grad()
    return old_gradients_count(model, batch, loss_fn)


@mistake("detach_bug", says="The weights are named without the biases.")
def names_weights_only(model, batch, loss_fn):
    return [name for name in _lost(_gradients(model, batch, loss_fn)) if name.endswith("weight")]


@mistake("detach_bug", says="Only the first of the unreached parameters is named; all of them are wanted.")
def names_the_first_only(model, batch, loss_fn):
    return _lost(_gradients(model, batch, loss_fn))[:1]


@mistake("detach_bug", says="The search is for requires_grad of the parameters; it is True on both sides of a cut.")
def looks_at_requires_grad(model, batch, loss_fn):
    return [name for name, p in model.named_parameters() if not p.requires_grad]


@mistake("detach_bug", says="The names are in alphabetical order; the model's own order is wanted.")
def names_in_alphabetical_order(model, batch, loss_fn):
    return sorted(_lost(_gradients(model, batch, loss_fn)))


@mistake("detach_bug", says="The names of modules are given; the full names of parameters are wanted.")
def names_modules(model, batch, loss_fn):
    modules = [name.rpartition(".")[0] for name in _lost(_gradients(model, batch, loss_fn))]
    return list(dict.fromkeys(modules))


@mistake("detach_bug", says="A loss without any history gives an empty list; then all trainable parameters wait.")
def nothing_named_without_history(model, batch, loss_fn):
    found = _gradients(model, batch, loss_fn)
    lost = _lost(found)
    return [] if len(lost) == len(found) else lost


@mistake("detach_bug", says="The loss is not the one that was given: it is loss_fn(model(x), y).")
def another_loss(model, batch, loss_fn):
    return _lost(_gradients(model, batch, lambda outputs, targets: outputs.sum()))


@mistake("detach_bug", says="Buffers are named as well: state_dict() has them, but they are no parameters.")
def names_buffers(model, batch, loss_fn):
    found = _gradients(model, batch, loss_fn)
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    return [name for name in model.state_dict() if name not in frozen and found.get(name) is None]


# --------------------------------------------------------------------------------------------------------- train_step


def _step(model, batch, optimizer, loss_fn, order="clear forward backward step", *, mode=True):
    """Right, unless told another order. Returns the loss as a tensor."""
    if mode:
        model.train()
    for part in order.split():
        if part == "clear":
            optimizer.zero_grad()
        elif part == "forward":
            loss = loss_fn(model(batch[0]), batch[1])
        elif part == "backward":
            loss.backward()
        elif part == "step":
            optimizer.step()
    return loss


def _by_hand(model, batch, loss_fn, rate):
    """Gradient descent without an optimizer."""
    model.train()
    model.zero_grad()
    loss = loss_fn(model(batch[0]), batch[1])
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= rate * p.grad
    return loss.item()


@mistake("train_step", says="Old gradients are never cleared: each step goes along the sum of all gradients so far.")
def no_zero_grad(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "forward backward step").item()


@mistake("train_step", says="The new gradients are cleared before the optimizer has seen them.")
def zero_grad_before_the_step(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "forward backward clear step").item()


@mistake("train_step", says="Gradients are cleared at the end only, so what the parameters had before still counts.")
def zero_grad_at_the_end(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "forward backward step clear").item()


@mistake("train_step", says="The parameters do not move: the gradients are there, but nobody uses them.")
def no_step(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "clear forward backward").item()


@mistake("train_step", says="The parameters do not move: the optimizer finds no gradients.")
def no_backward(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "clear forward step").item()


@mistake("train_step", says="The optimizer steps before the new gradients are there, so each step is one batch late.")
def step_before_backward(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "forward step clear backward").item()


@mistake("train_step", says="The optimizer makes two steps; one is wanted.")
def two_steps(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, "clear forward backward step step").item()


@mistake("train_step", says="The loss is returned as a tensor, which keeps the whole graph alive.")
def loss_is_a_tensor(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn)


@mistake("train_step", says="The loss is measured after the step; wanted is the one that the step was made from.")
def loss_after_the_step(model, batch, optimizer, loss_fn):
    _step(model, batch, optimizer, loss_fn)
    return loss_fn(model(batch[0]), batch[1]).item()


@mistake(
    "train_step", says="The loss is multiplied by the size of the batch; it is returned as the loss function gives it."
)
def loss_times_the_batch(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn).item() * len(batch[0])


@mistake("train_step", says="A softmax is applied to the outputs; the loss function gets them as they are.")
def softmax_before_the_loss(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, lambda out, y: loss_fn(F.softmax(out, dim=1), y)).item()


@mistake("train_step", says="The arguments of the loss function are exchanged: outputs first, then targets.")
def targets_first(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, lambda out, y: loss_fn(y, out)).item()


@mistake("train_step", says="The mode is not set: a model that was being evaluated stays in evaluation mode.")
def mode_not_set(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, loss_fn, mode=False).item()


@mistake("train_step", says="The model is back in evaluation mode after the step; it should stay in training mode.")
def evaluation_mode_afterwards(model, batch, optimizer, loss_fn):
    loss = _step(model, batch, optimizer, loss_fn)
    model.eval()
    return loss.item()


@mistake("train_step", says="Parameters are moved by hand, with a rate of your own; that is the optimizer's work.")
def moved_by_hand(model, batch, optimizer, loss_fn):
    return _by_hand(model, batch, loss_fn, 0.01)


@mistake(
    "train_step",
    says="All parameters are moved with the optimizer's rate; it was given only some, and has its own rule.",
)
def optimizers_rate_by_hand(model, batch, optimizer, loss_fn):
    return _by_hand(model, batch, loss_fn, optimizer.param_groups[0]["lr"])


@mistake("train_step", says="The batch itself is changed in place.")
def batch_changed_in_place(model, batch, optimizer, loss_fn):
    batch[0].sub_(batch[0].mean())
    return _step(model, batch, optimizer, loss_fn).item()


@mistake("train_step", says="The loss is always the cross-entropy; the one that was given is not used.")
def always_cross_entropy(model, batch, optimizer, loss_fn):
    return _step(model, batch, optimizer, F.cross_entropy).item()


@mistake("train_step", says="The model is called more than once in a step; batch norm learns from each call.")
def model_called_twice(model, batch, optimizer, loss_fn):
    model.train()
    model(batch[0])
    return _step(model, batch, optimizer, loss_fn).item()


# ----------------------------------------------------------------------------------------------------------- evaluate


def _right(logits, y):
    return (logits.argmax(dim=1) == y).sum()


def _evaluate(model, loader, device, *, grad=False, mode=True, loss=F.cross_entropy, right=_right):
    """Right, with parts to replace: (mean loss, number right, number of examples) of each batch."""
    was_training = model.training
    if mode:
        model.eval()
    found = []
    with torch.set_grad_enabled(grad):
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            found.append((loss(logits, y).item(), right(logits, y).item(), len(y)))
    model.train(was_training)
    return found


def _mean_loss(found):
    return sum(loss * n for loss, _, n in found) / sum(n for _, _, n in found)


def _accuracy(found):
    return sum(right for _, right, _ in found) / sum(n for _, _, n in found)


def _mean_batch_loss(found):
    return sum(loss for loss, _, _ in found) / len(found)


def _mean_batch_accuracy(found):
    return sum(right / n for _, right, n in found) / len(found)


def _scores(model, loader, device, **wrong):
    found = _evaluate(model, loader, device, **wrong)
    return _mean_loss(found), _accuracy(found)


@mistake("evaluate", says="The model stays in training mode: dropout drops, and batch norm learns from the test data.")
def no_eval(model, loader, device):
    return _scores(model, loader, device, mode=False)


@mistake("evaluate", says="The evaluation records a graph for every batch; no gradient is wanted here.")
def graph_recorded(model, loader, device):
    return _scores(model, loader, device, grad=True)


@mistake("evaluate", says="The model is left in evaluation mode; give it back as you found it.")
def mode_not_given_back(model, loader, device):
    result = _scores(model, loader, device)
    model.eval()
    return result


@mistake(
    "evaluate", says="The model is always put into training mode at the end, even if it was in evaluation mode before."
)
def training_mode_at_the_end(model, loader, device):
    result = _scores(model, loader, device)
    model.train()
    return result


@mistake(
    "evaluate", says="Loss and accuracy are means of batch means: examples of a small batch count more than others."
)
def mean_of_batch_means(model, loader, device):
    found = _evaluate(model, loader, device)
    return _mean_batch_loss(found), _mean_batch_accuracy(found)


@mistake(
    "evaluate", says="The accuracy is a mean of batch accuracies: examples of a small batch count more than others."
)
def mean_of_batch_accuracies(model, loader, device):
    found = _evaluate(model, loader, device)
    return _mean_loss(found), _mean_batch_accuracy(found)


@mistake("evaluate", says="The loss is a mean of batch losses: examples of a small batch count more than others.")
def mean_of_batch_losses(model, loader, device):
    found = _evaluate(model, loader, device)
    return _mean_batch_loss(found), _accuracy(found)


@mistake("evaluate", says="The loss is a sum; the mean over examples is wanted.")
def loss_is_a_sum(model, loader, device):
    found = _evaluate(model, loader, device)
    return sum(loss * n for loss, _, n in found), _accuracy(found)


@mistake(
    "evaluate", says="The batch means are added up and divided by the number of examples: each was divided before."
)
def batch_means_over_examples(model, loader, device):
    found = _evaluate(model, loader, device)
    return sum(loss for loss, _, _ in found) / sum(n for _, _, n in found), _accuracy(found)


@mistake("evaluate", says="The accuracy is a number of examples; their share is wanted.")
def accuracy_is_a_count(model, loader, device):
    found = _evaluate(model, loader, device)
    return _mean_loss(found), float(sum(right for _, right, _ in found))


@mistake("evaluate", says="The accuracy is in percent; a share between 0 and 1 is wanted.")
def accuracy_in_percent(model, loader, device):
    loss, accuracy = _scores(model, loader, device)
    return loss, 100.0 * accuracy


@mistake("evaluate", says="Accuracy and loss are exchanged: the loss comes first.")
def accuracy_first(model, loader, device):
    return _scores(model, loader, device)[::-1]


@mistake("evaluate", says="Only the last batch is judged.")
def last_batch_only(model, loader, device):
    return _scores(model, list(loader)[-1:], device)


@mistake("evaluate", says="A softmax is applied before the cross-entropy, which contains one already.")
def softmax_twice(model, loader, device):
    return _scores(model, loader, device, loss=lambda logits, y: F.cross_entropy(F.softmax(logits, dim=1), y))


@mistake(
    "evaluate", says="The logarithm of a softmax becomes infinite for large logits; F.cross_entropy takes the logits."
)
def log_of_softmax(model, loader, device):
    return _scores(model, loader, device, loss=lambda logits, y: F.nll_loss(torch.log(F.softmax(logits, dim=1)), y))


@mistake("evaluate", says="F.nll_loss gets logits; it expects logarithms of probabilities.")
def nll_of_logits(model, loader, device):
    return _scores(model, loader, device, loss=F.nll_loss)


@mistake("evaluate", says="The numbers are returned as tensors; two Python floats are wanted.")
def scores_are_tensors(model, loader, device):
    loss, accuracy = _scores(model, loader, device)
    return torch.tensor(loss), torch.tensor(accuracy)


@mistake("evaluate", says="The device is not used: the batch stays where the loader made it.")
def batch_not_moved(model, loader, device):
    return _scores(model, loader, "cpu")


@mistake(
    "evaluate",
    says="The number of examples is the number of batches times the size of the first; the last may be smaller.",
)
def count_from_the_first_batch(model, loader, device):
    found = _evaluate(model, loader, device)
    count = len(found) * found[0][2]
    return sum(loss * n for loss, _, n in found) / count, sum(right for _, right, _ in found) / count


@mistake("evaluate", says="The largest logit is looked for along the batch; each example has its own.")
def argmax_over_the_batch(model, loader, device):
    def right(logits, y):
        best = logits.argmax(dim=0)
        size = min(len(best), len(y))
        return (best[:size] == y[:size]).sum()

    return _scores(model, loader, device, right=right)


@mistake("evaluate", says="Only the first batch is judged: does the return stand inside the loop?")
def first_batch_only(model, loader, device):
    return _scores(model, list(loader)[:1], device)


@mistake("evaluate", says="F.nll_loss gets probabilities; it expects their logarithms.")
def nll_of_probabilities(model, loader, device):
    return _scores(model, loader, device, loss=lambda logits, y: F.nll_loss(F.softmax(logits, dim=1), y))


@mistake("evaluate", says="The model is asked more than once for each batch: both numbers come from the same logits.")
def model_asked_twice(model, loader, device):
    (loss, _), (_, accuracy) = _scores(model, loader, device), _scores(model, loader, device)
    return loss, accuracy


# ---------------------------------------------------------------------------------------------------------- to_device


# What comes back for each kind of object. Containers are made from the one that was given and its moved items.
_PARTS = {
    "tensor": lambda tensor, device: tensor.to(device),
    "list": lambda given, parts: parts,
    "tuple": lambda given, parts: tuple(parts),
    "named": lambda given, parts: type(given)(*parts),
    "dict": lambda given, moved: moved,
    "other": lambda value, device: value,
}


def _moved(obj, device, **wrong):
    """Right but for what is given in the place of a part."""
    make = _PARTS | wrong
    if isinstance(obj, torch.Tensor):
        return make["tensor"](obj, device)
    if isinstance(obj, dict):
        return make["dict"](obj, {key: _moved(value, device, **wrong) for key, value in obj.items()})
    if isinstance(obj, list | tuple):
        kind = "list" if isinstance(obj, list) else "named" if hasattr(obj, "_fields") else "tuple"
        return make[kind](obj, [_moved(part, device, **wrong) for part in obj])
    return make["other"](obj, device)


def _as_given(given, moved):
    return given


@mistake(
    "to_device",
    says="The tensor stays on the CPU: is the copy used that .to() returns, and the device that was asked for?",
)
def copy_thrown_away(obj, device):
    def move(tensor, device):
        tensor.to(device)
        return tensor

    return _moved(obj, device, tensor=move)


@mistake("to_device", says="Tensors inside a dict stay where they are.")
def dicts_forgotten(obj, device):
    return _moved(obj, device, dict=_as_given)


@mistake("to_device", says="Tensors inside a tuple stay where they are.")
def tuples_forgotten(obj, device):
    return _moved(obj, device, tuple=_as_given, named=_as_given)


@mistake("to_device", says="Only the first level is moved; what is nested deeper stays where it is.")
def one_level_only(obj, device):
    def move(part):
        return part.to(device) if isinstance(part, torch.Tensor) else part

    if isinstance(obj, dict):
        return {key: move(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple) and not hasattr(obj, "_fields"):
        return type(obj)(move(part) for part in obj)
    return move(obj)


@mistake("to_device", says="Tuples come back as lists.")
def tuples_become_lists(obj, device):
    return _moved(obj, device, tuple=_PARTS["list"], named=_PARTS["list"])


@mistake("to_device", says="Tuples come back as generators: round brackets around a loop do not make a tuple.")
def tuples_become_generators(obj, device):
    def generator(given, parts):
        return iter(parts)

    return _moved(obj, device, tuple=generator, named=generator)


@mistake("to_device", says="A dict comes back as the list of its values.")
def dicts_lose_their_keys(obj, device):
    return _moved(obj, device, dict=lambda given, moved: list(moved.values()))


@mistake("to_device", says="The keys of dicts come back in another order.")
def keys_in_another_order(obj, device):
    return _moved(obj, device, dict=lambda given, moved: dict(sorted(moved.items(), key=lambda item: str(item[0]))))


@mistake("to_device", says="A named tuple comes back as a plain tuple, without its fields.")
def named_tuple_becomes_a_tuple(obj, device):
    return _moved(obj, device, named=_PARTS["tuple"])


@mistake("to_device", says="A named tuple is built from one argument, a list of its parts; it takes them one by one.")
def named_tuple_from_one_argument(obj, device):
    return _moved(obj, device, named=lambda given, parts: type(given)(parts))


@mistake("to_device", says="The containers that were given are changed; new ones are wanted.")
def containers_changed_in_place(obj, device):
    def refill(given, moved):
        if isinstance(given, dict):
            given.update(moved)
        else:
            given[:] = moved
        return given

    return _moved(obj, device, list=refill, dict=refill)


@mistake("to_device", says="Numbers become tensors; what is no tensor should come back as it is.")
def numbers_become_tensors(obj, device):
    def other(value, device):
        return torch.tensor(value, device=device) if isinstance(value, int | float) else value

    return _moved(obj, device, other=other)


@mistake("to_device", says="Everything is taken for a tensor in the end; what is no tensor should come back as it is.")
def everything_has_to(obj, device):
    return _moved(obj, device, other=lambda value, device: value.to(device))


@mistake("to_device", says="What is no tensor is replaced by None.")
def others_become_none(obj, device):
    return _moved(obj, device, other=lambda value, device: None)


@mistake("to_device", says="Strings are taken apart into letters: a string is a sequence, too.")
def strings_taken_apart(obj, device):
    return _moved(obj, device, other=lambda value, device: list(value) if isinstance(value, str) else value)


@mistake("to_device", says="What is no tensor is left out of lists and tuples.")
def others_left_out(obj, device):
    def kept(parts):
        return [part for part in parts if isinstance(part, torch.Tensor | list | tuple | dict)]

    return _moved(obj, device, list=lambda given, parts: kept(parts), tuple=lambda given, parts: tuple(kept(parts)))


@mistake("to_device", says="None is left out of lists; what is no tensor should come back as it is.")
def none_left_out(obj, device):
    return _moved(obj, device, list=lambda given, moved: [part for part in moved if part is not None])


# ----------------------------------------------------------------------------------------------------- time_on_device


def _is_cuda(device):
    return torch.device(device).type == "cuda"


def _times(fn, device, warmup, repeats, *, before=True, after=True, is_cuda=_is_cuda, clock=None):
    """Right, with parts to replace: the seconds of each repeat."""
    wait = torch.cuda.synchronize if is_cuda(device) else lambda device: None
    clock = clock or time.perf_counter
    for _ in range(warmup):
        fn()
    times = []
    for _ in range(repeats):
        if before:
            wait(device)
        start = clock()
        fn()
        if after:
            wait(device)
        times.append(clock() - start)
    return times


def _median(fn, device, warmup, repeats, **wrong):
    return float(np.median(_times(fn, device, warmup, repeats, **wrong)))


@mistake("time_on_device", says="Nobody waits for the device: the clock shows how long it takes to give the orders.")
def no_synchronise(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, before=False, after=False)


@mistake("time_on_device", says="The clock starts while the device still works for somebody else.")
def no_wait_before_the_start(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, before=False)


@mistake("time_on_device", says="The device is waited for before the clock starts, but not before it stops.")
def no_wait_before_the_stop(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, after=False)


@mistake("time_on_device", says="The clock is read first and the device is waited for afterwards.")
def waits_after_reading_the_clock(fn, device, warmup, repeats):
    median = _median(fn, device, warmup, repeats, after=False)  # the wait before the next start comes after this stop
    if _is_cuda(device):
        torch.cuda.synchronize(device)
    return median


@mistake("time_on_device", says="The device is synchronised even if it is the CPU.")
def always_synchronises(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, is_cuda=lambda device: True)


@mistake(
    "time_on_device", says='Only the string "cuda" is recognised; "cuda:0" and a torch.device name such a device, too.'
)
def only_the_string_cuda(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, is_cuda=lambda device: str(device) == "cuda")


@mistake(
    "time_on_device", says="The synchronisation depends on whether there is a GPU, not on the device that is named."
)
def asks_for_any_gpu(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, is_cuda=lambda device: torch.cuda.is_available())


@mistake("time_on_device", says="This is the mean; one hiccup spoils it. The median is wanted.")
def mean_of_the_times(fn, device, warmup, repeats):
    return float(np.mean(_times(fn, device, warmup, repeats)))


@mistake("time_on_device", says="This is the shortest time; the median is wanted.")
def shortest_time(fn, device, warmup, repeats):
    return float(min(_times(fn, device, warmup, repeats)))


@mistake("time_on_device", says="This is the sum of all times; the median of single calls is wanted.")
def sum_of_the_times(fn, device, warmup, repeats):
    return float(sum(_times(fn, device, warmup, repeats)))


@mistake("time_on_device", says="This is the last time; the median of all is wanted.")
def last_time(fn, device, warmup, repeats):
    return float(_times(fn, device, warmup, repeats)[-1])


@mistake("time_on_device", says="The middle entry is taken without sorting the times.")
def middle_without_sorting(fn, device, warmup, repeats):
    return float(_times(fn, device, warmup, repeats)[repeats // 2])


@mistake(
    "time_on_device",
    says="Of an even number of times the upper one in the middle is taken; the mean of both is wanted.",
)
def upper_of_the_middle(fn, device, warmup, repeats):
    return float(sorted(_times(fn, device, warmup, repeats))[repeats // 2])


@mistake("time_on_device", says="The result is in milliseconds; seconds are wanted.")
def in_milliseconds(fn, device, warmup, repeats):
    return 1000.0 * float(np.median(_times(fn, device, warmup, repeats)))


@mistake("time_on_device", says="The calls for warming up are among the times.")
def warm_up_is_timed(fn, device, warmup, repeats):
    return _median(fn, device, 0, warmup + repeats)


@mistake("time_on_device", says="Nothing is warmed up: fn should be called `warmup` times before the first timed call.")
def no_warm_up(fn, device, warmup, repeats):
    return _median(fn, device, 0, repeats)


@mistake("time_on_device", says="fn is called once too often; warmup + repeats calls are wanted.")
def one_call_too_many(fn, device, warmup, repeats):
    return _median(fn, device, warmup + 1, repeats)


@mistake("time_on_device", says="The list of all times is returned; a single number, their median, is wanted.")
def list_of_times(fn, device, warmup, repeats):
    return _times(fn, device, warmup, repeats)


@mistake(
    "time_on_device", says="This clock counts the processor's work for this process; waiting does not count there."
)
def processors_clock(fn, device, warmup, repeats):
    return _median(fn, device, warmup, repeats, clock=time.process_time)


@mistake(
    "time_on_device",
    says="Of an even number of times the lower one in the middle is taken, as torch.median does; wanted is their mean.",
)
def lower_of_the_middle(fn, device, warmup, repeats):
    return float(sorted(_times(fn, device, warmup, repeats))[(repeats - 1) // 2])


# ------------------------------------------------------------------------------------------------------------- freeze


def _fits(name, full):
    return full == name or full.startswith(f"{name}.")


def _freeze(model, names, fits=_fits, *, refuse=True, freeze=lambda p: p.requires_grad_(False)):
    """Freeze what fits(name, full name); returns what is left."""
    for name in names:
        meant = [p for full, p in model.named_parameters() if fits(name, full)]
        if refuse and not meant:
            raise ValueError(name)
        for p in meant:
            freeze(p)
    return [p for p in model.parameters() if p.requires_grad]


def _require_known(model, names):
    _freeze(model, names, freeze=lambda p: None)


@mistake("freeze", says="A name that another one merely begins with is frozen as well: after the name comes a dot.")
def dot_forgotten(model, names):
    return _freeze(model, names, lambda name, full: full.startswith(name))


@mistake(
    "freeze", says="A name that stands anywhere in a longer one is frozen as well; it has to stand at the beginning."
)
def name_anywhere(model, names):
    return _freeze(model, names, lambda name, full: name in full)


@mistake("freeze", says="Only parameters are recognised; the name of a submodule stands for all parameters in it.")
def parameters_only(model, names):
    return _freeze(model, names, lambda name, full: full == name)


@mistake("freeze", says="Only submodules are recognised; the full name of a parameter is a name, too.")
def submodules_only(model, names):
    return _freeze(model, names, lambda name, full: full.startswith(f"{name}."))


@mistake("freeze", says="Only the first part of a name is compared; names may have several parts.")
def first_part_only(model, names):
    return _freeze(model, names, lambda name, full: full.split(".")[0] == name.split(".")[0])


@mistake(
    "freeze", says="Only the parameters of the submodule itself are frozen, not those of the submodules inside it."
)
def not_deep(model, names):
    return _freeze(model, names, lambda name, full: full == name or full.rpartition(".")[0] == name)


@mistake("freeze", says="Everything but the named parts is frozen.")
def the_others_frozen(model, names):
    _require_known(model, names)
    for full, p in model.named_parameters():
        if not any(_fits(name, full) for name in names):
            p.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad]


@mistake("freeze", says="The other parameters are thawed; they should stay as they are.")
def others_thawed(model, names):
    for p in model.parameters():
        p.requires_grad_(True)
    return _freeze(model, names)


@mistake("freeze", says="The frozen parameters are returned; those that are still to be trained are wanted.")
def returns_the_frozen_ones(model, names):
    _freeze(model, names)
    return [p for p in model.parameters() if not p.requires_grad]


@mistake("freeze", says="All parameters are returned; those that are still to be trained are wanted.")
def returns_all(model, names):
    _freeze(model, names)
    return list(model.parameters())


@mistake("freeze", says="Names are returned; an optimizer needs the parameters.")
def returns_names(model, names):
    _freeze(model, names)
    return [name for name, p in model.named_parameters() if p.requires_grad]


@mistake("freeze", says="Nothing is returned.")
def returns_nothing(model, names):
    _freeze(model, names)


@mistake("freeze", says="A name that fits nothing is passed over in silence; a typo would freeze nothing.")
def typos_accepted(model, names):
    return _freeze(model, names, refuse=False)


@mistake("freeze", says="requires_grad is set on a module, where nobody looks; the parameters have to be told.")
def attribute_of_the_module(model, names):
    _require_known(model, names)
    for name in names:
        head, _, tail = name.rpartition(".")
        part = getattr(model.get_submodule(head), tail)
        part.requires_grad = False
    return [p for p in model.parameters() if p.requires_grad]


@mistake("freeze", says="The values of the frozen parameters are changed; freezing keeps them as they are.")
def values_set_to_zero(model, names):
    left = _freeze(model, names)
    with torch.no_grad():
        for p in model.parameters():
            if not p.requires_grad:
                p.zero_()
    return left


@mistake(
    "freeze",
    says="Nothing is frozen: only requires_grad of each parameter counts; evaluation mode does not freeze either.",
)
def nothing_frozen(model, names):
    _require_known(model, names)
    for name in names:
        part = dict(model.named_modules()).get(name)
        if part is not None:
            part.eval()
    return list(model.parameters())


@mistake("freeze", says="Only the first name of the list is used.")
def first_name_only(model, names):
    return _freeze(model, names[:1])


@mistake("freeze", says="A submodule without parameters is accepted; freezing it would freeze nothing.")
def empty_parts_accepted(model, names):
    known = {name for name, _ in model.named_modules()} | {name for name, _ in model.named_parameters()}
    if not known.issuperset(names):
        raise ValueError(names)
    return _freeze(model, names, refuse=False)


# ---------------------------------------------------------------------------------------------------------- questions

mistake(
    "q_leaves", says="A tensor that wants no gradient, and one that was detached, is a leaf, too.", name="one_leaf"
)(1)
mistake("q_leaves", says="Which of the four was computed from something that is recorded?", name="two_leaves")(2)
mistake("q_leaves", says="y was computed from w, and that is recorded.", name="four_leaves")(4)
mistake("q_accumulated", says="This is what one call gives. Is .grad replaced by the next?", name="the_last_call")(6)
mistake("q_accumulated", says="This is the sum of the values; .grad holds derivatives.", name="sum_of_values")(27)
mistake("q_registered", says="Which of the layers do the module's books mention?", name="all_layers")(745)
mistake("q_registered", says="The head has biases, too.", name="head_without_bias")(100)
mistake("q_registered", says="One layer is assigned to an attribute directly.", name="none_registered")(0)
mistake("q_which_line", says="Then the gradients would grow, not be zero.", name="clearing_missing")("a")
mistake("q_which_line", says="Then there would be no gradients at all: None, not zero.", name="backward_missing")("c")
mistake("q_which_line", says="That line only makes a number of the loss.", name="item_missing")("d")
mistake("q_accuracy", says="This is the mean of the batch accuracies.", name="mean_of_means")(0.5)
mistake("q_accuracy", says="This is the number of right ones; their share is wanted.", name="number_right")(6)
mistake("q_clock", says="The clock is stopped before anybody waits.", name="all_the_work")("a")
mistake("q_clock", says="Does the second order wait until the first is carried out?", name="one_order")("b")
mistake("q_clock", says="The orders are in the queue; when is it emptied?", name="never_carried_out")("d")
mistake("q_frozen", says="No gradient, no step.", name="weights_change")("a")
mistake("q_frozen", says="No gradient is computed for a frozen parameter.", name="gradients_change")("b")
mistake("q_frozen", says="Which numbers of a network are changed by the forward pass itself?", name="nothing_changes")(
    "d"
)
