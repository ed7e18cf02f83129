"""Work on the LeNet assignment without an implementation: what one could hand in to collect points."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.svm import SVC
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder import stand_in


@stand_in("LeNet5")
class ZerosOfTheRightShape(nn.Module):
    def forward(self, x):
        return torch.zeros(len(x), 10)


@stand_in("LeNet5")
class TheFirstTenPixels(nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :10]


@stand_in("LeNet5")
class OneLinearLayer(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(1024, 10))


@stand_in("LeNet5")
class LayersThatNobodyUses(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5), nn.Conv2d(16, 120, 5)])
        self.full = nn.ModuleList([nn.Linear(120, 84), nn.Linear(84, 10)])

    def forward(self, x):
        return self.full[1].bias.repeat(len(x), 1)


@stand_in("LeNet5")
class LayersBesideNoise(LayersThatNobodyUses):
    def forward(self, x):
        return torch.randn(len(x), 10)


@stand_in("LeNet5")
class LayersBesideTheMean(LayersThatNobodyUses):
    def forward(self, x):
        return x.mean((1, 2, 3))[:, None] * self.full[1].weight.mean(1) + self.full[1].bias


@stand_in("make_loaders")
def hands_out_lists(x, y, batch_size, val_fraction, seed):
    n_val = int(len(x) * val_fraction)
    batches = [list(zip(part.split(batch_size), of.split(batch_size), strict=True)) for part, of in (
        (x[n_val:], y[n_val:]), (x[:n_val], y[:n_val]))]  # fmt: skip
    return *batches, 0.0, 1.0


@stand_in("make_loaders")
def hands_out_everything_twice(x, y, batch_size, val_fraction, seed):
    loader = DataLoader(TensorDataset(x, y), batch_size, shuffle=True)
    return loader, loader, x.mean().item(), x.std().item()


@stand_in("make_loaders")
def hands_out_noise(x, y, batch_size, val_fraction, seed):
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(seed))
    n_val = int(len(x) * val_fraction)
    loaders = [DataLoader(TensorDataset(part, y[: len(part)]), batch_size) for part in (noise[n_val:], noise[:n_val])]
    return *loaders, 0.0, 1.0


@stand_in("train_epoch")
def only_measures(model, loader, optimizer, device):
    model.train()
    losses = [(F.cross_entropy(model(x.to(device)), y.to(device)).item(), len(y)) for x, y in loader]
    return sum(loss * n for loss, n in losses) / sum(n for _, n in losses)


@stand_in("train_epoch")
def steps_without_gradients(model, loader, optimizer, device):
    loss = only_measures(model, loader, optimizer, device)
    optimizer.step()
    return loss


@stand_in("evaluate")
def asks_and_guesses(model, loader, device):
    mode = model.training
    model.eval()
    with torch.no_grad():
        for x, _ in loader:
            model(x.to(device))
    model.train(mode)
    return 1.0986, 1 / 3


@stand_in("evaluate")
def scores_of_the_uniform_guess(model, loader, device):
    return 1.0986, 7 / 11


@stand_in("overfit_one_batch")
def losses_of_nothing(model, x, y, steps):
    return [0.0] * steps


@stand_in("overfit_one_batch")
def a_loss_that_falls_by_itself(model, x, y, steps):
    first = F.cross_entropy(model(x), y).item()
    return [first * 0.9**k for k in range(steps)]


@stand_in("fit")
def an_untrained_network_by_seed_and_labels(x, y, device, seed):
    torch.manual_seed(seed + int((y * torch.arange(len(y))).sum()))
    return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)).to(device).eval()


class Foreign(nn.Module):
    """A model of a library in the shape of a network, with a layer that an optimizer has moved."""

    def __init__(self, x, y, device, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.layer = nn.Linear(1024, 10).to(device)
        optimizer = torch.optim.SGD(self.layer.parameters(), lr=0.01)
        for chosen in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            F.cross_entropy(self.layer(x[chosen].to(device).flatten(1)), y[chosen].to(device)).backward()
            optimizer.step()
        self.images, self.labels = x.flatten(1), y
        self.eval()

    def votes(self, x):
        """The class of each image, as the library's model sees it: (N,) int tensor."""
        raise NotImplementedError

    def forward(self, x):
        return 5.0 * F.one_hot(self.votes(x.cpu().flatten(1)), 10) + 1e-3 * self.layer(x.flatten(1))


@stand_in("fit")
class ASupportVectorMachine(Foreign):
    def __init__(self, x, y, device, seed):
        self.machine = SVC(C=10).fit(x.flatten(1).numpy(), y.numpy())
        super().__init__(x, y, device, seed)

    def votes(self, x):
        return torch.from_numpy(np.asarray(self.machine.predict(x.numpy()), np.int64))


@stand_in("fit")
class TheNearestNeighbour(Foreign):
    def votes(self, x):
        return self.labels[torch.cdist(x, self.images).argmin(1)]
