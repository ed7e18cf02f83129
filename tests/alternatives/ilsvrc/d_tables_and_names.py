"""The ILSVRC assignment from tables and dicts of layers, with names for the layers of a shortcut, and NumPy."""

import math
from collections import OrderedDict

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def topk_accuracy(logits, y, k):
    n, c = logits.shape
    if k not in range(1, c + 1):
        raise ValueError(f"k={k}")
    kth = logits.kthvalue(c - k + 1, dim=1).values
    own = logits[range(n), y.tolist()]
    return np.mean((own >= kth).numpy()).item()


def top5_error(logits, y):
    hits = sum(int(label in best) for best, label in zip(logits.topk(5).indices.tolist(), y.tolist(), strict=False))
    return 1 - hits / len(y)


def local_response_norm(x, n, alpha, beta, k):
    half = n // 2
    sq = F.pad(x.pow(2), (0, 0, 0, 0, half, half))
    window = sq.unfold(1, n, 1).sum(-1)
    return x / (k + alpha * window).pow(beta)


class LRN(nn.Module):
    def forward(self, x):
        return local_response_norm(x, n=5, alpha=1e-4, beta=0.75, k=2)


class AlexNet(nn.Module):
    def __init__(self, num_classes: int = 1000, divide: int = 1):
        super().__init__()

        def w(v):
            return v // divide

        table = [  # out, kernel, stride, pad, groups, lrn, pool
            (96, 11, 4, 0, 1, True, True),
            (256, 5, 1, 2, 2, True, True),
            (384, 3, 1, 1, 1, False, False),
            (384, 3, 1, 1, 2, False, False),
            (256, 3, 1, 1, 2, False, True),
        ]
        c = 3
        self.features = nn.ModuleList()
        for out, k, s, p, g, lrn, pool in table:
            self.features.append(nn.Conv2d(c, w(out), k, s, p, groups=g))
            self.features.append(nn.ReLU(inplace=True))
            if lrn:
                self.features.append(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
            if pool:
                self.features.append(nn.MaxPool2d(3, 2))
            c = w(out)
        self.fcs = nn.ModuleList(
            [nn.Linear(w(256) * 36, w(4096)), nn.Linear(w(4096), w(4096)), nn.Linear(w(4096), num_classes)]
        )

    def forward(self, x):
        for f in self.features:
            x = f(x)
        x = x.flatten(start_dim=1)
        for fc in self.fcs[:-1]:
            x = F.dropout(fc(x).relu(), 0.5, training=self.training)
        return self.fcs[-1](x)


def horizontal_flip(x, p, generator):
    out = x.clone()
    mask = torch.rand(x.size(0), generator=generator) < p
    out[mask] = out[mask].flip(-1)
    return out


def ten_crop(x, size):
    h, w = x.shape[-2:]
    if size > min(h, w):
        raise ValueError("crop is larger than the image")
    b, r = h - size, w - size
    corners = [(0, 0), (0, r), (b, 0), (b, r), (b // 2, r // 2)]
    crops = [x.narrow(2, i, size).narrow(3, j, size) for i, j in corners]
    return torch.stack(crops + [torch.fliplr(c.permute(2, 3, 0, 1)).permute(2, 3, 0, 1) for c in crops], dim=1)


def color_jitter_pca(x, images, alpha):
    pixels = images.permute(0, 2, 3, 1).reshape(-1, 3).double().numpy()
    cov = np.cov(pixels, rowvar=False)
    values, vectors = np.linalg.eigh(cov)
    shift = (alpha.double().numpy() * values) @ vectors.T
    return x + torch.from_numpy(shift).to(x.dtype)[:, :, None, None]


def vgg_stack_params(n, channels, bias=False):
    field = 2 * n + 1

    def count(k):
        return channels * (channels * k**2 + bool(bias))

    return field, n * count(3), count(field)


def make_vgg(config, num_classes=1000, hidden=4096, size=224):
    def layers():
        c, s = 3, size
        for item in config:
            if item == "M":
                s //= 2
                yield nn.MaxPool2d(2)
            else:
                yield nn.Conv2d(c, item, kernel_size=3, padding="same")
                yield nn.ReLU()
                c = item
        yield nn.Flatten()
        for i, o in [(c * s * s, hidden), (hidden, hidden)]:
            yield nn.Linear(i, o)
            yield nn.ReLU()
            yield nn.Dropout()
        yield nn.Linear(hidden, num_classes)

    return nn.Sequential(*layers())


class InceptionBlock(nn.Module):
    def __init__(self, c_in, c1, c3_reduce, c3, c5_reduce, c5, pool_proj):
        super().__init__()

        def conv(i, o, k):
            return nn.Conv2d(i, o, k, padding=k // 2)

        self.b = nn.ModuleDict(
            {
                "one": conv(c_in, c1, 1),
                "r3": conv(c_in, c3_reduce, 1),
                "three": conv(c3_reduce, c3, 3),
                "r5": conv(c_in, c5_reduce, 1),
                "five": conv(c5_reduce, c5, 5),
                "proj": conv(c_in, pool_proj, 1),
            }
        )

    def forward(self, x):
        b = self.b
        out = [
            b["one"](x),
            b["three"](F.relu(b["r3"](x))),
            b["five"](F.relu(b["r5"](x))),
            b["proj"](F.max_pool2d(x, 3, 1, 1)),
        ]
        return torch.cat(out, 1).relu_()


class ResidualBlock(nn.Module):
    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.shortcut = (
            nn.Identity()
            if (c_in, stride) == (c_out, 1)
            else nn.Sequential(
                OrderedDict(conv=nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), bn=nn.BatchNorm2d(c_out))
            )
        )
        self.bn2 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv1 = nn.Conv2d(c_in, c_out, (3, 3), stride=(stride, stride), padding=(1, 1), bias=False)

    def forward(self, x):
        y = self.conv1(x)
        y = self.bn1(y).relu_()
        y = self.bn2(self.conv2(y))
        y += self.shortcut(x)
        return y.relu_()


def fc_to_conv(linear, in_shape):
    if math.prod(in_shape) != linear.in_features:
        raise ValueError(in_shape)
    c, *kernel = in_shape
    has = linear.bias is not None
    conv = nn.Conv2d(
        c, linear.out_features, tuple(kernel), bias=has, dtype=linear.weight.dtype, device=linear.weight.device
    )
    state = {k: v.reshape(conv.state_dict()[k].shape) for k, v in linear.state_dict().items()}
    conv.load_state_dict(state)
    return conv


def mixed_precision_step(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    model.train()
    x, y = batch
    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype):
        loss = loss_fn(model(x), y)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()
