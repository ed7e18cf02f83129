"""The ILSVRC assignment by other operations: NumPy, unfold, ranks, functions that make modules, scaling by hand."""

import itertools

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def topk_accuracy(logits, y, k):
    if k <= 0 or k > logits.shape[-1]:
        raise ValueError(k)
    rank = (logits > logits.gather(1, y[:, None])).sum(1)
    return float((rank < k).float().double().mean())


def top5_error(logits, y):
    ranking = np.argsort(-logits.numpy(), axis=1)[:, :5]
    return float(np.mean([label not in row for row, label in zip(ranking, y.numpy(), strict=True)]))


q_random_top5 = 0.995


def local_response_norm(x, n, alpha, beta, k):
    """The sum over neighboring channels is a product with a band matrix."""
    channels = torch.arange(x.shape[1])
    band = ((channels[:, None] - channels).abs() <= n // 2).to(x.dtype)
    total = torch.einsum("ij,njhw->nihw", band, x.square())
    return x * torch.exp(-beta * torch.log(k + alpha * total))


q_conv1_rows = 54


class Halves(nn.Conv2d):
    """A convolution of two groups, as on two GPUs: each half of the filters sees half of the maps."""

    def __init__(self, c_in, c_out, kernel, padding):
        super().__init__(c_in, c_out, kernel, padding=padding, groups=2)

    def forward(self, x):
        parts = zip(x.chunk(2, 1), self.weight.chunk(2), self.bias.chunk(2), strict=True)
        return torch.cat([F.conv2d(half, w, b, padding=self.padding) for half, w, b in parts], 1)


class Norm(nn.Module):
    def forward(self, x):
        return local_response_norm(x, 5, 1e-4, 0.75, 2.0)


class AlexNet(nn.Sequential):
    def __init__(self, num_classes=1000, divide=1):
        wide, full = 384 // divide, 4096 // divide
        super().__init__(
            *(nn.Conv2d(3, wide // 4, 11, 4), nn.ReLU(), Norm(), nn.MaxPool2d(3, 2)),
            *(Halves(wide // 4, 256 // divide, 5, 2), nn.ReLU(), Norm(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(256 // divide, wide, 3, 1, 1), nn.ReLU()),
            *(Halves(wide, wide, 3, 1), nn.ReLU()),
            *(Halves(wide, 256 // divide, 3, 1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten()),
            *(nn.Linear(256 // divide * 36, full), nn.ReLU(), nn.Dropout()),
            *(nn.Linear(full, full), nn.ReLU(), nn.Dropout()),
            nn.Linear(full, num_classes),
        )


def horizontal_flip(x, p, generator):
    chosen = (torch.rand(len(x), generator=generator) < p).to(x.dtype).reshape(-1, 1, 1, 1)
    columns = torch.arange(x.shape[3] - 1, -1, -1)
    return chosen * x[..., columns] + (1 - chosen) * x


def ten_crop(x, size):
    if size > min(x.shape[2:]):
        raise ValueError("the crop is larger than the image")
    windows = x.unfold(2, size, 1).unfold(3, size, 1)  # (N, C, rows, columns, size, size)
    last_row, last_column = windows.shape[2] - 1, windows.shape[3] - 1
    starts = [*itertools.product((0, last_row), (0, last_column)), (last_row // 2, last_column // 2)]
    five = torch.stack([windows[:, :, i, j] for i, j in starts]).transpose(0, 1)
    return torch.cat((five, torch.flip(five, (4,))), 1)


def color_jitter_pca(x, images, alpha):
    """By a singular value decomposition of the centered pixels: its squared values are the eigenvalues times n - 1."""
    pixels = np.moveaxis(images.double().numpy(), 1, -1).reshape(-1, 3)
    _, lengths, rows = np.linalg.svd(pixels - pixels.mean(axis=0), full_matrices=False)
    order = np.argsort(lengths)
    variances, directions = lengths[order] ** 2 / (len(pixels) - 1), rows[order]
    shift = (alpha.double().numpy() * variances) @ directions
    return (x.double() + torch.from_numpy(shift)[..., None, None]).to(x.dtype)


def vgg_stack_params(n, channels, bias=False):
    def parameters(kernel):
        with torch.device("meta"):
            layer = nn.Conv2d(channels, channels, kernel, bias=bias)
        return sum(part.numel() for part in layer.parameters())

    field = sum([3] + [2] * (n - 1))
    return field, n * parameters(3), parameters(field)


def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    model, channels = nn.Sequential(), 3
    for number, item in enumerate(config):
        if item == "M":
            model.add_module(f"pool{number}", nn.MaxPool2d((2, 2), (2, 2)))
        else:
            model.add_module(f"conv{number}", nn.Conv2d(channels, item, (3, 3), (1, 1), (1, 1)))
            model.add_module(f"relu{number}", nn.ReLU())
            channels = item
    model.add_module("flat", nn.Flatten())
    flat = channels * (size // 2 ** list(config).count("M")) ** 2
    for number, (given, units) in enumerate(((flat, hidden), (hidden, hidden))):
        model.add_module(f"full{number}", nn.Linear(given, units))
        model.add_module(f"drop{number}", nn.Dropout(0.5))  # before the ReLU it does the same
        model.add_module(f"full_relu{number}", nn.ReLU())
    model.add_module("logits", nn.Linear(hidden, num_classes))
    return model


q_bottleneck = 9.677


class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()
        plan = [(c_in, c1, 1), (c_in, c3_reduce, 1), (c3_reduce, c3, 3), (c_in, c5_reduce, 1), (c5_reduce, c5, 5)]
        plan.append((c_in, pool_proj, 1))
        self.layers = nn.ModuleList([nn.Conv2d(*sizes, padding=(sizes[2] - 1) // 2) for sizes in plan])

    def forward(self, x):
        c1, reduce3, c3, reduce5, c5, project = (
            lambda given, layer=layer: torch.clamp(layer(given), min=0) for layer in self.layers
        )
        edge = F.pad(x, (1, 1, 1, 1), value=-torch.inf)
        pooled = edge.unfold(2, 3, 1).unfold(3, 3, 1).amax((4, 5))
        return torch.cat([c1(x), c3(reduce3(x)), c5(reduce5(x)), project(pooled)], dim=-3)


class ResidualBlock(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        for name, given, step in (("1", c_in, stride), ("2", c_out, 1)):
            self.add_module("conv" + name, nn.Conv2d(given, c_out, 3, step, 1, bias=False))
            self.add_module("bn" + name, nn.BatchNorm2d(c_out))
        self.shortcut = nn.Sequential()  # of nothing: the identity
        if (c_in, stride) != (c_out, 1):
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

    def forward(self, x):
        y = self.bn1(self.conv1(x)).clamp(min=0)
        return torch.maximum(self.bn2(self.conv2(y)).add(self.shortcut(x)), torch.zeros((), dtype=x.dtype))


q_zero_residual = 0


def fc_to_conv(linear, in_shape):
    if int(np.prod(in_shape)) != linear.in_features:
        raise ValueError("these maps have another number of entries")
    conv = nn.Conv2d(in_shape[0], linear.out_features, tuple(in_shape[1:]), bias=linear.bias is not None)
    conv.weight = nn.Parameter(linear.weight.detach().clone().unflatten(1, tuple(in_shape)))
    if linear.bias is not None:
        conv.bias = nn.Parameter(linear.bias.detach().clone())
    return conv


def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch[0], batch[1]
    model.train()
    autocast = torch.amp.autocast(device_type=x.device.type, dtype=dtype, enabled=True)
    with autocast:
        outputs = model(x)
        loss = loss_fn(outputs, y)
    for part in model.parameters():
        part.grad = None
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.detach().cpu().item()
