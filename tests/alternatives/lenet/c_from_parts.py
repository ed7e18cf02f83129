"""Parameters by hand, strided views for pooling, layers in a ModuleList, no DataLoader where none is needed."""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, default_collate


class Full(nn.Module):
    def __init__(self, inputs, outputs, squash=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) / math.sqrt(inputs))  # (inputs, outputs)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.squash = squash

    def forward(self, x):
        z = x @ self.weight + self.bias
        return 1 - 2 / (torch.exp(2 * z.clamp(-30, 30)) + 1) if self.squash else z


class Maps(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(cout, cin, 5, 5) / math.sqrt(25 * cin))
        self.offset = nn.Parameter(torch.zeros(cout))

    def forward(self, x):
        return torch.tanh(F.conv2d(x, self.kernel) + self.offset[:, None, None])


def halve(x):
    return (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.maps = nn.ModuleList([Maps(1, 6), Maps(6, 16)])
        self.top = nn.ModuleDict({"output": Full(84, 10, squash=False), "f6": Full(120, 84), "c5": Full(400, 120)})

    def forward(self, x):
        for layer in self.maps:
            x = halve(layer(x))
        x = torch.flatten(x, 1)
        return self.top["output"](self.top["f6"](self.top["c5"](x)))


def lenet_shapes():
    side = 32
    found = {"input": torch.Size((1, 32, 32))}
    for conv, pool, maps in [("C1", "S2", 6), ("C3", "S4", 16)]:
        side -= 4
        found[conv] = (maps, side, side)
        side //= 2
        found[pool] = (maps, side, side)
    found.update(C5=(120, side - 4, side - 4), F6=(84,), output=(10,), unasked=(0,))
    return found


def lenet_param_count():
    found = {"S2": 0, "S4": 0}
    for name, k, cin, cout in [("C1", 5, 1, 6), ("C3", 5, 6, 16), ("C5", 5, 16, 120), ("F6", 1, 120, 84)]:
        found[name] = (k * k * cin + 1) * cout
    found["output"] = 85 * 10
    return {**found, "total": sum(found.values())}


class Images(Dataset):
    def __init__(self, x, y, mean, std):
        self.x, self.y, self.mean, self.std = x, y, mean, std

    def __len__(self):
        return len(self.y)

    def __getitem__(self, k):
        return (self.x[k] - self.mean) / self.std, self.y[k]


def make_loaders(x, y, batch_size, val_fraction, seed):
    g = torch.Generator().manual_seed(1000 + seed)
    score = torch.rand(len(x), generator=g)
    n_val = math.floor(len(x) * val_fraction)
    order = score.argsort()
    val, train = order[:n_val], order[n_val:]
    total = x[train].double()
    mean = (total.sum() / total.numel()).item()
    std = math.sqrt(((total - mean) ** 2).sum().item() / total.numel())
    train_set, val_set = Images(x[train], y[train], mean, std), Images(x[val], y[val], mean, std)
    sampler = BatchSampler(RandomSampler(train_set, generator=g), batch_size, drop_last=False)
    return [
        DataLoader(train_set, batch_sampler=sampler, collate_fn=default_collate),
        DataLoader(val_set, batch_size=batch_size),
        mean,
        std,
    ]


def train_epoch(model, loader, optimizer, device):
    for module in model.modules():
        module.training = True
    total = count = 0
    for images, labels in loader:
        images = images.to(device=device, non_blocking=True)
        labels = torch.as_tensor(labels, device=device, dtype=torch.long)
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        logits = model(images)
        loss = (torch.logsumexp(logits, 1) - logits.gather(1, labels[:, None])[:, 0]).sum() / len(labels)
        loss.backward()
        optimizer.step()
        total += float(loss.detach()) * len(labels)
        count += len(labels)
    return total / count


def evaluate(model, loader, device):
    modes = {part: part.training for part in model.modules()}
    model.eval()
    sums = [0.0, 0.0, 0]
    for images, labels in loader:
        with torch.inference_mode():
            logits = model(images.to(device)).double()
            labels = labels.to(device)
            sums[0] += (torch.logsumexp(logits, 1) - logits[torch.arange(len(labels)), labels]).sum().item()
            sums[1] += (logits.max(1).indices == labels).float().sum().item()
            sums[2] += labels.numel()
    for part, training in modes.items():
        part.training = training
    return [sums[0] / sums[2], sums[1] / sums[2]]


def overfit_one_batch(model, x, y, steps):
    model.train()
    adam, losses = torch.optim.Adam(list(model.parameters()), 0.002), []
    while len(losses) < steps:
        loss = F.cross_entropy(model(x.clone()), y.clone())
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses += [loss.tolist()]
    return tuple(losses)


def fit(x, y, device, seed):
    """On the device from the start, full control of the batches, an average of the last weights."""
    torch.manual_seed(seed)
    g = torch.Generator().manual_seed(seed)
    net = LeNet5().to(device)
    scale = nn.BatchNorm2d(1, affine=False, momentum=None).to(device)
    scale.running_mean.fill_(x.mean())
    scale.running_var.fill_(x.var())
    scale.eval()
    model = nn.Sequential(scale, net)
    x, y = x.to(device), y.to(device)
    adam = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3)
    average, averaged, model.history = None, 0, []
    epochs, size = 7, 40
    for epoch in range(epochs):
        order = torch.randperm(len(x), generator=g).to(device)
        losses = []
        for start in range(0, len(x), size):
            chosen = order[start : start + size]
            loss = F.cross_entropy(net(scale(x[chosen])), y[chosen])
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            adam.step()
            losses.append(loss.detach())
            if epoch >= epochs - 2:
                state = {key: value.detach() for key, value in net.state_dict().items()}
                averaged += 1
                if average is None:
                    average = copy.deepcopy(state)
                else:
                    for key, value in state.items():
                        average[key] += (value - average[key]) / averaged
        model.history.append(torch.stack(losses).mean().item())
    net.load_state_dict(average)
    return model.eval()
