"""Layers that measure their own inputs on a dummy image, and a fit out of make_loaders and train_epoch."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            *(nn.LazyConv2d(6, 5), nn.Tanh(), nn.AvgPool2d(2)),
            *(nn.LazyConv2d(16, 5), nn.Tanh(), nn.AvgPool2d(2)),
            *(nn.LazyConv2d(120, 5), nn.Tanh()),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.LazyLinear(84), nn.Tanh(), nn.LazyLinear(10))
        self(torch.zeros(1, 1, 32, 32))

    def forward(self, x):
        return self.classifier(self.features(x))


def make_loaders(x, y, batch_size, val_fraction, seed):
    n_val = int(val_fraction * len(y))
    generator = torch.Generator().manual_seed(seed)
    parts = random_split(range(len(y)), [len(y) - n_val, n_val], generator=generator)
    train, val = (torch.tensor(list(part), dtype=torch.long) for part in parts)
    mean, std = float(x[train].mean()), float(x[train].std(unbiased=False))
    train_set, val_set = (TensorDataset((x[part] - mean) / std, y[part]) for part in (train, val))
    shuffled = DataLoader(train_set, batch_size, shuffle=True, generator=torch.Generator().manual_seed(seed + 1))
    return shuffled, DataLoader(val_set, batch_size), mean, std


def train_epoch(model, loader, optimizer, device):
    model.train()

    def step(x, y):
        def closure():
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            return loss

        return optimizer.step(closure).item() * len(y), len(y)

    losses, sizes = zip(*(step(x.to(device), y.to(device)) for x, y in loader), strict=True)
    return sum(losses) / sum(sizes)


class Scaled(nn.Module):
    def __init__(self, network, mean, std):
        super().__init__()
        self.network, self.mean, self.std = network, mean, std

    def forward(self, x):
        return self.network((x - self.mean) / self.std)


def fit(x, y, device, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        loader, _, mean, std = make_loaders(x, y, 32, 0.0, seed)
        network = LeNet5().to(device)
        optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
        history = [train_epoch(network, loader, optimizer, device) for _ in range(10)]
    model = Scaled(network, mean, std).eval()
    model.history = history
    return model


def lenet_shapes():
    x, shapes = torch.zeros(1, 1, 32, 32), {"input": (1, 32, 32)}
    layers = {"C1": nn.Conv2d(1, 6, 5), "S2": nn.AvgPool2d(2), "C3": nn.Conv2d(6, 16, 5), "S4": nn.AvgPool2d(2)}
    for name, layer in (layers | {"C5": nn.Conv2d(16, 120, 5)}).items():
        x = layer(x)
        shapes[name] = tuple(x.shape[1:])
    return shapes | {"F6": (84,), "output": (10,)}


def lenet_param_count():
    layers = {"C1": nn.Conv2d(1, 6, 5), "S2": nn.AvgPool2d(2), "C3": nn.Conv2d(6, 16, 5), "S4": nn.AvgPool2d(2)}
    layers |= {"C5": nn.Conv2d(16, 120, 5), "F6": nn.Linear(120, 84), "output": nn.Linear(84, 10)}
    counts = {name: sum(p.numel() for p in layer.parameters()) for name, layer in layers.items()}
    return {**counts, "total": sum(counts.values())}


@torch.inference_mode()
def evaluate(model, loader, device):
    was_training = model.training
    model.eval()
    pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
    logits, labels = map(torch.cat, zip(*pairs, strict=True))
    model.train(was_training)
    return F.cross_entropy(logits, labels).item(), (logits.argmax(dim=-1) == labels).float().mean().item()


def overfit_one_batch(model, x, y, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    return [train_epoch(model, [(x, y)], optimizer, x.device) for _ in range(steps)]
