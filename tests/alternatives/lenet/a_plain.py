"""LeNet written attribute by attribute, loops spelled out, answers as plain numbers."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, kernel_size=5)
        self.c3 = nn.Conv2d(6, 16, kernel_size=5)
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.out = nn.Linear(84, 10)
        self.calls = 0  # an attribute that nobody asked for

    def forward(self, x):
        self.calls += 1
        x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
        x = x.view(x.size(0), -1)
        x = torch.tanh(self.c5(x))
        x = torch.tanh(self.f6(x))
        return self.out(x)


def lenet_shapes():
    return {
        "input": (1, 32, 32),
        "C1": (6, 28, 28),
        "S2": (6, 14, 14),
        "C3": (16, 10, 10),
        "S4": (16, 5, 5),
        "C5": (120, 1, 1),
        "F6": (84,),
        "output": (10,),
    }


def lenet_param_count():
    return {
        "C1": 156,
        "S2": 0,
        "C3": 2416,
        "S4": 0,
        "C5": 48120,
        "F6": 10164,
        "output": 850,
        "total": 61706,
    }


def make_loaders(x, y, batch_size, val_fraction, seed):
    torch.manual_seed(seed)
    n_val = int(len(x) * val_fraction)
    perm = torch.randperm(len(x))
    val_idx = perm[:n_val]
    train_idx = perm[n_val:]
    mean = float(x[train_idx].mean())
    std = float(x[train_idx].std(unbiased=False))
    x = (x - mean) / std
    g = torch.Generator()
    g.manual_seed(seed)
    train = DataLoader(TensorDataset(x[train_idx], y[train_idx]), batch_size=batch_size, shuffle=True, generator=g)
    val = DataLoader(TensorDataset(x[val_idx], y[val_idx]), batch_size=batch_size, shuffle=False)
    return train, val, mean, std


def train_epoch(model, loader, optimizer, device):
    criterion = nn.CrossEntropyLoss()
    model.train()
    total_loss = 0.0
    n = 0
    for x, y in loader:
        x = x.to(device)
        y = y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * x.size(0)
        n += x.size(0)
    return total_loss / n


def evaluate(model, loader, device):
    criterion = nn.CrossEntropyLoss()
    was_training = model.training
    model.eval()
    total_loss = 0.0
    correct = 0
    n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            out = model(x)
            total_loss += criterion(out, y).item() * x.size(0)
            _, predicted = torch.max(out, 1)
            correct += (predicted == y).sum().item()
            n += x.size(0)
    if was_training:
        model.train()
    return total_loss / n, correct / n


def overfit_one_batch(model, x, y, steps):
    model.train()
    criterion = nn.CrossEntropyLoss()
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(steps):
        opt.zero_grad()
        loss = criterion(model(x), y)
        losses.append(loss.item())
        loss.backward()
        opt.step()
    return losses


class Normalised(nn.Module):
    def __init__(self, net, mean, std):
        super().__init__()
        self.net = net
        self.register_buffer("mean", torch.as_tensor(mean))
        self.register_buffer("std", torch.as_tensor(std))

    def forward(self, x):
        return self.net((x - self.mean) / self.std)


def fit(x, y, device, seed):
    """With a DataLoader, a validation set that is split off, and the best epoch kept."""
    torch.manual_seed(seed)
    n_val = len(x) // 10
    train_set, val_set = random_split(TensorDataset(x, y), [len(x) - n_val, n_val])
    images = torch.stack([image for image, _ in train_set])
    model = Normalised(LeNet5(), images.mean().item(), images.std().item()).to(device)
    train = DataLoader(train_set, batch_size=32, shuffle=True)
    val = DataLoader(val_set, batch_size=256)
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)
    history, best, best_loss = [], None, float("inf")
    for _ in range(12):
        history.append(train_epoch(model, train, opt, device))
        loss, _ = evaluate(model, val, device)
        if loss < best_loss:
            best_loss = loss
            best = {key: value.clone() for key, value in model.state_dict().items()}
    model.load_state_dict(best)
    model.history = history
    model.eval()
    return model
