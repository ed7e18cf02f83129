"""LeNet from bare parameters, a loader with a sampler of its own, and a fit that is no LeNet."""

import math
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, TensorDataset


def lenet_shapes():
    shapes = {"input": (1, 32, 32)}
    c, h, w = shapes["input"]
    for name, op in {"C1": 6, "S2": None, "C3": 16, "S4": None, "C5": 120}.items():
        if op:
            c, h, w = op, h - 4, w - 4
        else:
            h, w = h // 2, w // 2
        shapes[name] = (c, h, w)
    return shapes | {"F6": (84,), "output": (10,)}


def lenet_param_count():
    def n(i, o, k=1):
        return o * (i * k * k + 1)

    d = {
        "C1": n(1, 6, 5),
        "S2": 0,
        "C3": n(6, 16, 5),
        "S4": 0,
        "C5": n(16, 120, 5),
        "F6": n(120, 84),
        "output": n(84, 10),
    }
    d["total"] = sum(d.values())
    return d


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [(6, 1, 5, 5), (16, 6, 5, 5), (120, 16, 5, 5), (84, 120), (10, 84)]
        self.w = nn.ParameterList([nn.Parameter(torch.randn(s) / math.sqrt(math.prod(s[1:]))) for s in sizes])
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(s[0])) for s in sizes])

    def forward(self, x):
        w, b = self.w, self.b
        for i in range(2):
            x = F.avg_pool2d(torch.tanh(F.conv2d(x, w[i], b[i])), 2)
        x = torch.tanh(F.conv2d(x, w[2], b[2]))[:, :, 0, 0]
        x = torch.tanh(torch.addmm(b[3], x, w[3].T))
        return x @ w[4].T + b[4]


def make_loaders(x, y, batch_size, val_fraction, seed):
    n = len(x)
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    k = int(n * val_fraction)
    val, train = order[:k], order[k:]
    pixels = x[train].double()
    mean, std = pixels.mean().item(), pixels.std().item()
    z = (x - mean) / std
    data = TensorDataset(z, y)
    gen = torch.Generator()
    gen.manual_seed(seed)
    tl = DataLoader(data, batch_size, sampler=SubsetRandomSampler(train.tolist(), generator=gen))
    vl = DataLoader(Subset(data, val.tolist()), batch_size=batch_size)
    return tl, vl, mean, std


def train_epoch(model, loader, optimizer, device):
    model.train()
    loss_sum = torch.zeros((), device=device, dtype=torch.float64)
    count = 0
    criterion = nn.CrossEntropyLoss()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels.long())
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * images.size(0)
        count += images.size(0)
    return (loss_sum / count).item()


@torch.no_grad()
def evaluate(model, loader, device):
    was = model.training
    model.train(False)
    total, right, n = 0.0, 0, 0
    for xb, yb in loader:
        yb = yb.to(device).long()
        z = model(xb.to(device))
        total += F.nll_loss(F.log_softmax(z, dim=-1), yb, reduction="sum").item()
        right += int(z.argmax(1).eq(yb).sum())
        n += yb.shape[0]
    if was:
        model.train()
    return total / n, right / n


def overfit_one_batch(model, x, y, steps):
    model.train()
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)

    def step():
        opt.zero_grad()
        loss = F.cross_entropy(model(x), y.long())
        loss.backward()
        opt.step()
        return loss.item()

    return [step() for _ in range(steps)]


class Reader(nn.Module):
    def __init__(self, mu, sd):
        super().__init__()
        self.register_buffer("mu", mu)
        self.register_buffer("sd", sd)
        self.body = nn.Sequential(
            nn.Conv2d(1, 12, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.BatchNorm2d(12),
            nn.Conv2d(12, 24, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(24),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(24 * 16, 10),
        )

    def forward(self, x):
        return self.body((x - self.mu) / self.sd)


def fit(x, y, device, seed):
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)
    net = Reader(x.mean(), x.std()).to(device)
    x, y = x.to(device), y.to(device).long()
    opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 12)
    net.history = []
    for _epoch in range(12):
        net.train()
        total = 0
        for idx in torch.randperm(len(x), device=device).split(64):
            opt.zero_grad()
            loss = F.cross_entropy(net(x[idx]), y[idx])
            loss.backward()
            opt.step()
            total += loss.detach() * len(idx)
        sched.step()
        net.history.append(float(total) / len(x))
    return net.eval()
