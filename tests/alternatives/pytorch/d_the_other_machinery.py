"""setup_context, a copied model, a closure for the optimizer, pytree, NumPy at the end, a clock imported by name."""

import copy
import functools
from time import perf_counter

import numpy as np
import torch
from torch.utils._pytree import tree_map


class Square(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * (x + x)


def detach_bug(model, batch, loss_fn):
    model = copy.deepcopy(model)
    for parameter in model.parameters():
        parameter.grad = None
    x, y = batch
    loss = loss_fn(model(x), y)
    if loss.requires_grad:
        loss.backward()
    return [name for name, p in model.named_parameters() if p.requires_grad and p.grad is None]


def train_step(model, batch, optimizer, loss_fn):
    x, y = batch
    model.train()

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        return loss

    return float(optimizer.step(closure).detach())


def evaluate(model, loader, device):
    was_training = model.training
    model.eval()
    losses, hits = [], []
    with torch.no_grad():
        for x, y in loader:
            logits, labels = model(x.to(device)).cpu().numpy().astype(np.float64), y.numpy()
            logits = logits - logits.max(axis=1, keepdims=True)
            logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
            losses.extend(-logs[np.arange(len(labels)), labels])
            hits.extend(logits.argmax(axis=1) == labels)
    model.train(was_training)
    return float(np.mean(losses)), float(np.mean(hits))


def to_device(obj, device):
    return tree_map(lambda leaf: leaf.to(device) if isinstance(leaf, torch.Tensor) else leaf, obj)


def time_on_device(fn, device, warmup, repeats):
    wait = functools.partial(torch.cuda.synchronize, device) if "cuda" in str(device) else lambda: None
    laps = []
    for lap in range(warmup + repeats):
        wait()
        start = perf_counter()
        fn()
        wait()
        if lap >= warmup:
            laps.append(perf_counter() - start)
    return float(np.quantile(laps, 0.5))


def freeze(model, names):
    for name in names:
        try:
            part = model.get_parameter(name)
        except AttributeError:
            try:
                part = model.get_submodule(name)
            except AttributeError as error:
                raise ValueError(name) from error
            if not list(part.parameters()):
                raise ValueError(name) from None
        part.requires_grad_(False)
    return [p for p in model.parameters() if p.requires_grad]


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


class Linear(torch.nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        draw = torch.distributions.Uniform(-(in_features**-0.5), in_features**-0.5)
        self.weight = torch.nn.Parameter(draw.sample((out_features, in_features)))
        self.register_parameter("bias", torch.nn.Parameter(draw.sample((out_features,))) if bias else None)

    def forward(self, x):
        out = (self.weight @ x.unsqueeze(-1)).squeeze(-1)
        return out if self.bias is None else out + self.bias.expand_as(out)


class Conv2d(torch.nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.stride, self.padding = pair(stride), pair(padding)
        weight = torch.empty(out_channels, in_channels, *pair(kernel_size))
        self.weight = torch.nn.Parameter(torch.nn.init.kaiming_normal_(weight))
        self.bias = torch.nn.Parameter(torch.full((out_channels,), 0.1)) if bias else None

    def forward(self, x):
        (ph, pw), (sh, sw), (kh, kw) = self.padding, self.stride, self.weight.shape[2:]
        x = torch.nn.functional.pad(x, (pw, pw, ph, ph)).contiguous()
        n, c, height, width = x.shape
        a, b, d, e = x.stride()
        size = (n, (height - kh) // sh + 1, (width - kw) // sw + 1, c, kh, kw)
        windows = x.as_strided(size, (a, d * sh, e * sw, b, d, e))
        out = torch.tensordot(windows, self.weight, dims=([3, 4, 5], [1, 2, 3]))
        if self.bias is not None:
            out = out + self.bias
        return out.permute(0, 3, 1, 2)
