"""Everything in nn.Sequential, SGD with momentum and augmentation in fit, sums instead of means."""

import itertools

import torch
from torch import nn
from torch.nn.functional import cross_entropy, log_softmax, nll_loss
from torch.utils.data import DataLoader, Subset, TensorDataset


class LeNet5(nn.Sequential):
    def __init__(self):
        def block(cin, cout):
            return nn.Conv2d(cin, cout, (5, 5)), nn.Tanh()

        super().__init__(
            *block(1, 6),
            nn.AvgPool2d(kernel_size=2, stride=2),
            *block(6, 16),
            nn.AvgPool2d(kernel_size=2, stride=2),
            *block(16, 120),
            nn.Flatten(start_dim=1),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, 10),
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)


def lenet_shapes():
    x = torch.zeros(1, 1, 32, 32)
    shapes = {"input": tuple(x.shape[1:])}
    names = {0: "C1", 2: "S2", 3: "C3", 5: "S4", 6: "C5", 9: "F6", 11: "output"}
    with torch.no_grad():
        for k, layer in enumerate(LeNet5()):
            x = layer(x)
            if k in names:
                shapes[names[k]] = list(x.shape[1:])
    return shapes


def lenet_param_count():
    layers = list(LeNet5())
    names = {"C1": 0, "S2": 2, "C3": 3, "S4": 5, "C5": 6, "F6": 9, "output": 11}
    counts = {name: sum(p.numel() for p in layers[k].parameters()) for name, k in names.items()}
    counts["total"] = sum(counts.values())
    return counts


def make_loaders(x, y, batch_size, val_fraction, seed):
    generator = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(x.shape[0], generator=generator).tolist()
    n_train = x.shape[0] - int(val_fraction * x.shape[0])
    train, val = shuffled[:n_train], sorted(shuffled[n_train:])
    pixels = x[train].flatten().double()
    mean, std = pixels.mean().item(), pixels.var(unbiased=False).sqrt().item()
    whole = TensorDataset((x - mean).div(std), y)
    return (
        DataLoader(Subset(whole, train), batch_size, shuffle=True, generator=generator, num_workers=0),
        DataLoader(Subset(whole, val), batch_size),
        mean,
        std,
    )


def train_epoch(model, loader, optimizer, device):
    model.train(True)
    losses = []
    for batch in loader:
        images, labels = (part.to(device) for part in batch)
        each = nll_loss(log_softmax(model(images), dim=-1), labels, reduction="none")
        model.zero_grad()
        each.mean().backward()
        optimizer.step()
        losses.append(each.detach())
    return torch.cat(losses).mean().item()


@torch.no_grad()
def evaluate(model, loader, device):
    mode, losses, hits = model.training, [], []
    model.train(False)
    for images, labels in loader:
        logits = model(images.to(device))
        losses.append(cross_entropy(logits, labels.to(device), reduction="none"))
        hits.append(logits.argmax(-1).eq(labels.to(device)))
    model.train(mode)
    return torch.cat(losses).mean().item(), torch.cat(hits).double().mean().item()


def overfit_one_batch(model, x, y, steps):
    model.train()
    optimizer = torch.optim.Adam(params=model.parameters(), lr=0.002, betas=(0.9, 0.999))

    def step():
        optimizer.zero_grad(set_to_none=False)
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return [step() for _ in range(steps)]


class PixelScale(nn.Module):
    def forward(self, x):
        return 2 * x - 1  # fixed numbers are a normalisation, too


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, stride=2, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(32 * 36, 10),
        )

    def forward(self, x):
        return self.body(PixelScale()(x))


def shifted(images, generator):
    dy, dx = torch.randint(-1, 2, (2,), generator=generator).tolist()
    return images.roll((dy, dx), dims=(2, 3))


def fit(x, y, device, seed):
    """Another architecture, SGD with momentum, one cycle of the learning rate, small shifts of the images."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Network().to(device)
    epochs, size = 8, 25
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-4)
    steps = -(-len(x) // size) * epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    loader = DataLoader(TensorDataset(x, y), size, shuffle=True, generator=generator)
    model.history = []
    for images, labels in itertools.chain.from_iterable(loader for _ in range(epochs)):
        loss = cross_entropy(model(shifted(images, generator).to(device)), labels.to(device), label_smoothing=0.05)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        model.history.append(loss.item())
    return model.requires_grad_(False).eval()
