"""The PyTorch assignment by other routes: setup_context, einsum, hooks, tree walks, iterators."""

import contextlib
import functools
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Square(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.square(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        return torch.mul(ctx.saved_tensors[0], g).mul(2)


class _Weighted(nn.Module):
    def __init__(self, *shape, bias):
        super().__init__()
        self.weight = nn.Parameter(nn.init.orthogonal_(torch.empty(shape)))
        self.register_parameter("bias", nn.Parameter(torch.ones(shape[0])) if bias else None)


class Linear(_Weighted):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(out_features, in_features, bias=bias)

    def forward(self, x):
        out = torch.einsum("...d,md->...m", x, self.weight)
        return out + (0 if self.bias is None else self.bias)


class Conv2d(_Weighted):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        kernel, self_stride, self_padding = (
            (v, v) if isinstance(v, int) else v for v in (kernel_size, stride, padding)
        )
        super().__init__(out_channels, in_channels, *kernel, bias=bias)
        self.settings = {"padding": self_padding, "stride": self_stride}

    def forward(self, x):
        kernel = self.weight.shape[2:]
        columns = F.unfold(x, kernel, **self.settings)
        blocks = columns.reshape(len(x), x.shape[1], *kernel, -1)
        out = torch.einsum("ncuvl,fcuv->nfl", blocks, self.weight)
        if self.bias is not None:
            out += self.bias.reshape(1, -1, 1)
        sizes = [
            len(range(0, x.shape[2 + i] + 2 * self.settings["padding"][i] - kernel[i] + 1, self.settings["stride"][i]))
            for i in range(2)
        ]
        return out.unflatten(-1, sizes)


def train_step(model, batch, optimizer, loss_fn):
    model.zero_grad()
    optimizer.zero_grad()

    def closure():
        value = loss_fn(model.train()(batch[0]), batch[1])
        value.backward()
        return value

    return optimizer.step(closure).item()


@contextlib.contextmanager
def measuring(model):
    mode = model.training
    with torch.no_grad():
        yield model.eval()
    model.train(mode)


def evaluate(model, loader, device):
    loss = right = n = 0
    with measuring(model):
        for batch in loader:
            x, y = to_device(batch, device)
            scores = F.log_softmax(model(x), dim=-1)
            loss -= float(scores.gather(1, y.unsqueeze(1)).double().sum())
            right += int((scores.topk(1).indices.squeeze(1) == y).sum())
            n += y.size(0)
    return loss / n, right / n


def freeze(model, names):
    for name in names:
        target = functools.reduce(lambda part, attribute: getattr(part, attribute, None), name.split("."), model)
        if isinstance(target, nn.Parameter):
            target.requires_grad_(False)
        elif isinstance(target, nn.Module) and any(True for _ in target.parameters()):
            for parameter in target.parameters():
                parameter.requires_grad_(False)
        else:
            raise ValueError(name)
    return tuple(p for p in model.parameters() if p.requires_grad)


def to_device(obj, device):
    match obj:
        case torch.Tensor():
            return obj.cpu() if str(device) == "cpu" else obj.to(torch.device(device))
        case dict():
            return dict(zip(obj.keys(), (to_device(v, device) for v in obj.values()), strict=True))
        case tuple() if hasattr(obj, "_make"):
            return obj._make(to_device(list(obj), device))
        case tuple():
            return (*to_device(list(obj), device),)
        case list():
            return [to_device(item, device) for item in obj]
    return obj


def time_on_device(fn, device, warmup, repeats):
    wait = functools.partial(torch.cuda.synchronize, device) if "cuda" in str(device) else (lambda: None)
    marks = torch.empty(repeats, dtype=torch.float64)
    for call in range(-warmup, repeats):
        wait()
        start = time.perf_counter_ns()
        fn()
        wait()
        if call >= 0:
            marks[call] = (time.perf_counter_ns() - start) * 1e-9
    return marks.quantile(0.5).item()


def detach_bug(model, batch, loss_fn):
    loss = loss_fn(model(batch[0]), batch[1])
    reached, waiting, seen = set(), [loss.grad_fn], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            reached.add(id(node.variable))
        waiting.extend(used for used, _ in node.next_functions)
    return [name for name, p in model.named_parameters() if p.requires_grad and id(p) not in reached]
