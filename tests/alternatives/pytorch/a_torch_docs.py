"""The PyTorch assignment as PyTorch's own tutorials and sources would write it."""

import math
import statistics
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.pow(2)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output * input * 2.0
        return grad_input


class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = nn.Parameter(torch.empty((out_features, in_features)))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, input):
        output = torch.matmul(input, self.weight.transpose(0, 1))
        if self.bias is not None:
            output = output + self.bias
        return output

    def extra_repr(self):
        return f"{self.in_features}, {self.out_features}"


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.kernel_size = nn.modules.utils._pair(kernel_size)
        self.stride = nn.modules.utils._pair(stride)
        self.padding = nn.modules.utils._pair(padding)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *self.kernel_size))
        nn.init.kaiming_normal_(self.weight)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_channels))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        unfolded = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride)
        product = unfolded.transpose(1, 2).matmul(self.weight.view(self.weight.size(0), -1).t())
        if self.bias is not None:
            product = product + self.bias
        h = math.floor((x.size(2) + 2 * self.padding[0] - self.kernel_size[0]) / self.stride[0] + 1)
        w = math.floor((x.size(3) + 2 * self.padding[1] - self.kernel_size[1]) / self.stride[1] + 1)
        return F.fold(product.transpose(1, 2), (h, w), (1, 1))


def train_step(model, batch, optimizer, loss_fn):
    inputs, labels = batch
    model.train(True)
    outputs = model(inputs)
    loss = loss_fn(outputs, labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return float(loss)


@torch.no_grad()
def evaluate(model, loader, device):
    mode = model.training
    model.train(False)
    losses, hits = [], []
    for data, target in loader:
        data = data.to(device=device, non_blocking=True)
        target = target.to(device=device, non_blocking=True)
        output = model(data)
        losses.append(F.cross_entropy(output, target, reduction="none"))
        hits.append(output.argmax(-1).eq(target))
    model.train(mode)
    return torch.cat(losses).mean().item(), torch.cat(hits).float().mean().item()


def freeze(model, names):
    parameters = dict(model.named_parameters())
    modules = dict(model.named_modules())
    for name in names:
        if name in parameters:
            parameters[name].requires_grad = False
        elif name in modules and list(modules[name].parameters()):
            modules[name].requires_grad_(False)
        else:
            raise ValueError(f"no such part: {name}")
    return list(filter(lambda p: p.requires_grad, model.parameters()))


def to_device(obj, device):
    if torch.is_tensor(obj):
        return obj.to(device)
    if isinstance(obj, dict):
        return type(obj)((k, to_device(v, device)) for k, v in obj.items())
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return type(obj)(*(to_device(o, device) for o in obj))
    if isinstance(obj, (list, tuple)):
        return type(obj)([to_device(o, device) for o in obj])
    return obj


def time_on_device(fn, device, warmup, repeats):
    def synchronize():
        if torch.device(device).type == "cuda" and torch.cuda.is_available():
            torch.cuda.synchronize(device)

    for _ in range(warmup):
        fn()
    synchronize()
    samples = []
    for _ in range(repeats):
        begin = time.perf_counter()
        fn()
        synchronize()
        samples.append(time.perf_counter() - begin)
    return statistics.median(samples)


def detach_bug(model, batch, loss_fn):
    x, y = batch
    loss = loss_fn(model(x), y)
    names, params = [], []
    for n, p in model.named_parameters():
        if p.requires_grad:
            names.append(n)
            params.append(p)
    try:
        grads = torch.autograd.grad(loss, params, allow_unused=True)
    except RuntimeError:
        return names
    return [n for n, g in zip(names, grads, strict=True) if g is None]
