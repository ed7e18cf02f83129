"""The PyTorch assignment by graph walks, dispatch on types, sums over taps, and names bound by `from ... import`."""

import collections
import itertools
import operator
import timeit
from functools import singledispatch
from statistics import median

import numpy as np
import torch
from torch.cuda import synchronize


class Square(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.einsum("...,...->...", x, x) if x.ndim else x * x

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        if not ctx.needs_input_grad[0]:
            return None
        return grad_output.mul(x).mul(2)


class Linear(torch.nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        names = dict(zip(("in_features", "out_features", "bias"), args, strict=False)) | kwargs
        d, m, b = names["in_features"], names["out_features"], names.get("bias", True)
        gen = np.random.default_rng()
        self.register_parameter(
            "weight", torch.nn.Parameter(torch.from_numpy(gen.uniform(-1, 1, (m, d)).astype(np.float32)) / d**0.5)
        )
        self.register_parameter("bias", torch.nn.Parameter(torch.full((m,), 0.5)) if b else None)

    def forward(self, x):
        y = (x.unsqueeze(-2) * self.weight).sum(-1)
        for extra in filter(lambda v: v is not None, [self.bias]):
            y = y + extra
        return y


class Conv2d(torch.nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        (self.kh, self.kw), (self.sh, self.sw), (self.ph, self.pw) = (
            v if isinstance(v, (tuple, list)) else [v] * 2 for v in (kernel_size, stride, padding)
        )
        self.weight = torch.nn.Parameter(
            torch.nn.init.xavier_uniform_(torch.empty(out_channels, in_channels, self.kh, self.kw))
        )
        self.bias = torch.nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        N, C, H, W = x.shape
        big = x.new_zeros(N, C, H + 2 * self.ph, W + 2 * self.pw)
        big[:, :, self.ph : self.ph + H, self.pw : self.pw + W] = x
        oh = (big.shape[2] - self.kh) // self.sh + 1
        ow = (big.shape[3] - self.kw) // self.sw + 1
        out = 0
        for i, j in itertools.product(range(self.kh), range(self.kw)):
            piece = big[:, :, i : i + self.sh * (oh - 1) + 1 : self.sh, j : j + self.sw * (ow - 1) + 1 : self.sw]
            out = out + torch.einsum("nchw,oc->nohw", piece, self.weight[:, :, i, j])
        return out if self.bias is None else out + self.bias.reshape(1, -1, 1, 1)


def detach_bug(model, batch, loss_fn):
    """Walk the graph from the loss."""
    out = loss_fn(model(batch[0]), batch[1])
    seen, todo, found = set(), collections.deque([out.grad_fn]), set()
    if out.is_leaf:
        found.add(id(out))
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            found.add(id(node.variable))
        todo.extend(n for n, _ in node.next_functions)
    return [k for k, v in model.named_parameters() if v.requires_grad and id(v) not in found]


def train_step(model, batch, optimizer, loss_fn):
    model.train(True)
    x, y = batch
    model.zero_grad()
    loss = loss_fn(model(x), y)
    torch.autograd.backward([loss.sum()])
    optimizer.step()
    return loss.detach().cpu().numpy().item()


def evaluate(model, loader, device):
    model_was = model.training
    try:
        model.eval()
        with torch.no_grad():
            pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
        logits, labels = (torch.cat(parts) for parts in zip(*pairs, strict=False))
        return torch.nn.CrossEntropyLoss()(logits.double(), labels).item(), (
            logits.argmax(1) == labels
        ).double().mean().item()
    finally:
        model.train(model_was)


@singledispatch
def to_device(obj, device):
    return obj


@to_device.register
def _(obj: torch.Tensor, device):
    return obj.to(device, non_blocking=True)


@to_device.register
def _(obj: dict, device):
    return dict(zip(obj, (to_device(v, device) for v in obj.values()), strict=False))


@to_device.register(list)
def _(obj, device):
    return [to_device(v, device) for v in obj]


@to_device.register(tuple)
def _(obj, device):
    kind = obj.__class__
    items = tuple(to_device(v, device) for v in obj)
    return kind(*items) if kind is not tuple else items


def time_on_device(fn, device, warmup, repeats):
    device = torch.device(device)
    cuda = device.type == "cuda"
    for _ in itertools.repeat(None, warmup):
        fn()
    samples = []
    while len(samples) < repeats:
        if cuda:
            synchronize(device)
        begin = timeit.default_timer()
        fn()
        if cuda:
            synchronize(device)
        samples.append(timeit.default_timer() - begin)
    return median(samples)


def freeze(model, names):
    left = {id(p): p for p in model.parameters()}
    for name in names:
        try:
            thing = operator.attrgetter(name)(model)
        except AttributeError as error:
            raise ValueError(name) from error
        if isinstance(thing, torch.nn.Parameter) or (
            isinstance(thing, torch.nn.Module) and next(thing.parameters(), None) is not None
        ):
            thing.requires_grad_(False)
        else:
            raise ValueError(name)
    return [p for p in left.values() if p.requires_grad]
