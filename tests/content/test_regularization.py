"""The claims of the notebook on regularization about its experiments, with other seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

SEEDS = (20, 21, 22)


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("regularization", "train_deep", "TwoLayerNet", "new_network", "search_on_digits")


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_widens_the_range_of_rates_upwards(notebook: dict[str, Any], seed: int) -> None:
    def end(rate: float, normalized: bool) -> float:
        with np.errstate(all="ignore"):
            return float(np.nan_to_num(notebook["train_deep"](rate, normalized, seed), nan=9)[-20:].mean())

    assert max(end(0.03, False), end(0.3, False)) < 0.4
    assert min(end(1.0, False), end(3.0, False)) > 2
    assert max(end(rate, True) for rate in (0.03, 0.3, 1.0, 3.0)) < 0.5
    assert end(0.03, False) < end(0.03, True)  # if it is not needed, it does not help


@pytest.mark.parametrize("seed", SEEDS)
def test_after_the_best_epoch_the_validation_loss_rises(notebook: dict[str, Any], seed: int) -> None:
    some, held, noisy = notebook["noisy_digits"](seed, 100)
    pictures, labels, rng = notebook["pictures"], notebook["labels"], np.random.default_rng(seed)
    net, stopper = notebook["new_network"](rng), notebook["EarlyStopping"](8, 0.002)
    for _ in range(60):
        notebook["train_epoch"](net, pictures[some], noisy[some], 0.05, rng)
        last = net.loss(pictures[held], noisy[held])[0]
        stopper.step(last, net.params)
    at_the_end = notebook["share_right"](net, pictures[held], labels[held])
    net.params = stopper.best_params
    assert last > stopper.best_loss + 0.02
    assert at_the_end < notebook["share_right"](net, pictures[held], labels[held])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_search_finds_the_band_of_rates_and_pays(notebook: dict[str, Any], seed: int) -> None:
    space = {"learning rate": (1e-3, 10.0), "reg": (1e-5, 1.0)}
    trials = notebook["random_search"](space, 40, seed)
    validated, tested = notebook["search_on_digits"](seed, trials)
    good = [trial["learning rate"] for trial, right in zip(trials, validated, strict=True) if right > 0.7]
    assert 0.003 < min(good) < 0.02
    assert 0.1 < max(good) < 1.5
    _, (plain,) = notebook["search_on_digits"](seed, [{"learning rate": 0.1, "reg": 0.0}])
    assert tested[validated.argmax()] > plain + 0.01


def test_what_each_regularizer_brings(notebook: dict[str, Any]) -> None:
    """On four training sets other than the notebook's."""
    compared = notebook | defined_by("regularization", "train_regularized", "compare_regularizers")
    means = {name: np.mean(found) for name, found in compared["compare_regularizers"](range(10, 14)).items()}
    gain = {name: each - means["nothing"] for name, each in means.items()}
    assert all(0.01 < gain[name] < 0.12 for name in ("L2, reg 0.02", "dropout, p 0.5", "bag of 5, nothing else"))
    assert abs(gain["batch norm"]) < 0.04
    assert max(gain, key=lambda name: gain[name]) == "dropout and batch norm"
