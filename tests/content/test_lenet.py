"""The claims of the notebook on LeNet about its plots, with other seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

pytestmark = pytest.mark.torch


@dataclass(frozen=True)
class Trained:
    """The results for a seed: the notebook's names, the network trained by `fit`, and 355 new digits."""

    names: dict[str, Any]
    seed: int
    model: Any
    x: Any
    y: Any

    def right(self, x: Any) -> float:
        with self.names["torch"].no_grad():
            return float((self.model(x).argmax(1) == self.y).double().mean())


@pytest.fixture(scope="module", params=[1, 2])
def trained(request: pytest.FixtureRequest) -> Trained:
    names = defined_by("lenet", "maps_inside")
    x_train, y_train, x, y = map(names["torch"].from_numpy, names["digits"](size=32, seed=request.param))
    return Trained(names, request.param, names["fit"](x_train, y_train, "cpu", request.param), x, y)


def test_the_filters_are_still_much_like_the_random_ones_that_they_were(trained: Trained) -> None:
    trained.names["torch"].manual_seed(trained.seed)
    before, after = (
        next(part for part in each.parameters() if part.ndim == 4).detach().ravel()
        for each in (trained.names["LeNet5"](), trained.model)
    )
    assert 0.75 < np.corrcoef(before, after)[0, 1] < 0.99


def test_one_pixel_costs_little_two_a_tenth_and_four_more_than_half_of_the_answers(trained: Trained) -> None:
    def moved(pixels: int) -> float:
        x = trained.names["torch"].zeros_like(trained.x)
        x[:, :, :, pixels:] = trained.x[:, :, :, :-pixels]
        return trained.right(x)

    still = trained.right(trained.x)
    assert still - moved(1) < 0.06
    assert 0.02 < still - moved(2) < 0.3
    assert moved(4) < 0.6


def test_it_is_sure_where_it_is_right_and_less_so_where_it_is_wrong(trained: Trained) -> None:
    with trained.names["torch"].no_grad():
        logits = trained.model(trained.x)
    sure, right = logits.softmax(1).max(1).values, logits.argmax(1) == trained.y
    assert sure[right].mean() > 0.95
    assert 0.5 < sure[~right].mean() < 0.9


@pytest.mark.parametrize("seed", [0, 100])
def test_new_networks_begin_within_three_hundredths_of_the_logarithm_of_ten(seed: int) -> None:
    names = defined_by("lenet", "maps_inside")
    torch, losses = names["torch"], []
    for each in range(seed, seed + 30):
        torch.manual_seed(each)
        with torch.no_grad():
            logits = names["LeNet5"]()(names["x_train"][:100])
        losses.append(names["F"].cross_entropy(logits, names["y_train"][:100]).item() - math.log(10))
    assert max(map(abs, losses)) < 0.03
    assert np.mean(losses) > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_three_learning_rates_fall_slowly_fall_and_jump(seed: int) -> None:
    names = defined_by("lenet", "maps_inside")
    found = {}
    for lr in (0.01, 0.1, 2.0):
        loader, *_ = names["make_loaders"](names["x_train"], names["y_train"], 32, 0.2, seed)
        names["torch"].manual_seed(seed)
        net = names["LeNet5"]()
        sgd = names["torch"].optim.SGD(net.parameters(), lr=lr)
        found[lr] = [names["train_epoch"](net, loader, sgd, "cpu") for _ in range(4)]
    assert 2.0 < found[0.01][-1] < found[0.01][0] < math.log(10)
    assert found[0.1][-1] < 0.3
    assert min(found[2.0]) > 10 * math.log(10)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_validation_loss_stays_where_the_training_loss_goes_on(seed: int) -> None:
    names = defined_by("lenet", "maps_inside")
    train, val, *_ = names["make_loaders"](names["x_train"][:400], names["y_train"][:400], 20, 0.5, seed)
    names["torch"].manual_seed(seed)
    net = names["LeNet5"]()
    adam = names["torch"].optim.Adam(net.parameters(), lr=2e-3)
    training, validation = [], []
    for _ in range(25):
        training.append(names["train_epoch"](net, train, adam, "cpu"))
        validation.append(names["evaluate"](net, val, "cpu"))
    losses = [loss for loss, _ in validation]
    assert 10 < losses[-1] / training[-1] < 300
    assert losses[-1] < 1.3 * min(losses[5:])
    assert 0.85 < validation[-1][1] < 0.98
    assert names["evaluate"](net, train, "cpu")[1] > 0.99
