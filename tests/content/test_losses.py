"""The numbers in the notebook on losses, and the claims about its experiments, with other splits of the digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by
from tests.test_course import prose

SEEDS = (3, 4, 5)


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("losses", "hills", "train_digits")


def test_the_rows_worked_by_hand_are_right(notebook: dict[str, Any]) -> None:
    cat, right = np.array([[3.2, 5.1, -1.7]]), np.array([0])
    p, exponentials = notebook["softmax"](cat)[0], np.exp(cat[0] - cat.max())
    loss, dx = notebook["softmax_loss"](cat, right)
    table = [
        "| exponential | " + " | ".join(f"{x:.4f}" for x in (*exponentials, exponentials.sum())) + " |",
        "| divided by the sum: $p$ | " + " | ".join(f"{x:.4f}" for x in p) + " | 1 |",
        "| gradient $p - [c = y]$ | " + " | ".join(f"{x:.4f}" for x in dx[0]) + " | 0 |",
    ]
    text = prose("losses").replace("−", "-")  # the typographic minus of the table
    for row in table:
        assert row.replace("1.0000", "1") in text
    assert f"$-\\log {p[0]:.4f} = {loss:.2f}$" in text
    loss, dx = notebook["svm_loss"](cat, right)
    assert round(loss, 9) == 2.9
    assert f"2.9, and the gradient $({dx[0, 0]:g}, {dx[0, 1]:g}, {dx[0, 2]:g})$" in text


def test_an_epsilon_caps_the_loss(notebook: dict[str, Any]) -> None:
    assert f"$-\\log 10^{{-12}} = {-np.log(1e-12):.1f}$" in " ".join(prose("losses").split())
    assert notebook["bce_with_logits"](np.array([1000.0]), np.zeros(1))[0] == 1000


def test_none_of_the_four_walks_ends_in_the_global_minimum(notebook: dict[str, Any]) -> None:
    hills, walk = notebook["hills"], notebook["walk"]
    across, along = np.meshgrid(np.linspace(-4, 4, 801), np.linspace(-3.5, 3.5, 701))
    heights = hills(np.array([across, along]))
    lowest = np.unravel_index(heights.argmin(), heights.shape)
    assert (round(across[lowest], 1), abs(round(along[lowest], 1)), round(heights.min(), 2)) == (-0.8, 0.0, -0.88)
    for start in [(-3.5, 3), (1.6, 3.2), (0.9, -3), (1.2, 0.3)]:
        path = walk(start, 0.1)
        assert np.linalg.norm(path[-1] - path[-2]) < 0.01  # it has converged
        assert hills(path[-1]) > heights.min() + 0.5
    slow, fast = walk((-3.5, 3), 0.02), walk((-3.5, 3), 0.9)
    assert np.linalg.norm(slow[-1] - walk((-3.5, 3), 0.1)[-1]) > 0.1
    assert np.linalg.norm(np.diff(fast[-10:], axis=0), axis=1).min() > 0.1  # it oscillates
    assert np.linalg.norm(fast[-10:] - [across[lowest], 0], axis=1).max() < 1.5  # around the global minimum


@pytest.mark.parametrize("seed", SEEDS)
def test_small_batches_get_further_in_the_same_number_of_epochs(notebook: dict[str, Any], seed: int) -> None:
    _split(notebook, seed)
    loss = notebook["softmax_loss"]
    runs = [notebook["train_digits"](loss, size, 0.1, 20) for size in (1400, 100, 10)]
    assert [losses[-1] for _, losses, _ in runs] == sorted((losses[-1] for _, losses, _ in runs), reverse=True)
    assert [right for *_, right in runs] == sorted(right for *_, right in runs)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_five_times_the_rate_cross_entropy_gets_as_far_as_the_hinge(notebook: dict[str, Any], seed: int) -> None:
    _split(notebook, seed)
    train = notebook["train_digits"]
    hinge = train(notebook["svm_loss"], 50, 0.1, 20)[2]
    slow, fast = (train(notebook["softmax_loss"], 50, rate, 20)[2] for rate in (0.1, 0.5))
    assert slow < hinge - 0.01
    assert abs(fast - hinge) < 0.02


def _split(notebook: dict[str, Any], seed: int) -> None:
    """Split the digits into training and new ones by another seed."""
    images, labels = notebook.setdefault("as they come", (notebook["images"], notebook["labels"]))
    order = np.random.default_rng(seed).permutation(len(labels))
    notebook["images"], notebook["labels"] = images[order], labels[order]
