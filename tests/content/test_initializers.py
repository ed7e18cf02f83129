"""The claims of the notebook on initialization about its plots, with other seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

SEEDS = (20, 21, 22)


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("initializers", "sizes_both_ways", "train_deep")


def stats(notebook: dict[str, Any], seed: int, activation: str, draw: Callable[..., Any]) -> dict[str, list[float]]:
    """Statistics of nine layers of 200 units, as in part 6."""
    rng = np.random.default_rng(seed)
    batch, weights = rng.standard_normal((300, 200)), [draw((200, 200), rng) for _ in range(9)]
    found: dict[str, list[float]] = notebook["activation_stats"](batch, weights, notebook[activation])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_of_variance_one_saturate_tanh_and_sigmoid(notebook: dict[str, Any], seed: int) -> None:
    def draw(shape: Any, rng: Any) -> Any:
        return notebook["normal_init"](shape, 1.0, rng)

    tanh, sigmoid = stats(notebook, seed, "tanh", draw), stats(notebook, seed, "sigmoid", draw)
    assert all(0.8 < share < 0.87 for share in tanh["saturated"])  # five of six
    assert all(0.57 < share < 0.77 for share in sigmoid["saturated"])  # about two thirds
    assert all(abs(mean - 0.5) < 0.1 for mean in sigmoid["mean"])
    assert tanh["dead"][8] == 0
    assert sigmoid["dead"][8] > 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_xavier_keeps_tanh_broad_and_he_relu(notebook: dict[str, Any], seed: int) -> None:
    def xavier(shape: Any, rng: Any) -> Any:
        return notebook["xavier_normal"](shape, 1.0, rng)

    tanh = stats(notebook, seed, "tanh", xavier)
    assert tanh["std"] == sorted(tanh["std"], reverse=True)  # it shrinks
    assert tanh["std"][8] > 0.2
    assert max(tanh["saturated"]) < 0.01
    relu = stats(notebook, seed, "relu", xavier)
    assert relu["std"][8] < relu["std"][0] / 10
    relu = stats(notebook, seed, "relu", lambda shape, rng: notebook["he_normal"](shape, 0.0, "fan_in", rng))
    assert 0.6 < relu["std"][8] / relu["std"][0] < 1.6
    assert all(0.43 < share < 0.57 for share in relu["saturated"])
    assert relu["dead"][8] > 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_a_level_signal_may_hide_an_exploding_gradient(notebook: dict[str, Any], seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = [notebook["normal_init"]((256, 256), 0.3, rng) for _ in range(30)]
    up, down = notebook["sizes_both_ways"](rng.standard_normal((100, 256)), weights, notebook["tanh"], rng)
    assert max(up) / min(up) < 1.1
    assert 1e5 < down[0] / down[-1] < 1e8


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_a_little_below_zero_kill_units_that_see_positive_inputs(notebook: dict[str, Any], seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = notebook["he_normal"]((200, 200), 0.0, "fan_in", rng)
    batch = rng.standard_normal((200, 200))

    def dead(inputs: Any, shift: float, activation: str) -> float:
        return float(notebook["activation_stats"](inputs, [weights - shift], notebook[activation])["dead"][0])

    assert dead(np.abs(batch), 0.02, "relu") > 0.6
    assert dead(batch, 0.04, "relu") == dead(np.abs(batch), 0.04, "leaky_relu") == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_he_and_orthogonal_weights_learn_at_once_and_xavier_later(notebook: dict[str, Any], seed: int) -> None:
    def losses(draw: Callable[..., Any]) -> Any:
        rng = np.random.default_rng(seed)
        shapes = [(64, 64)] * 8 + [(64, 10)]
        run = notebook["train_deep"]([draw(each, rng) for each in shapes], notebook["relu"], 600, 0.05, seed + 100)
        return np.convolve(run, np.ones(15) / 15, mode="valid")

    for stuck in (lambda s, rng: notebook["zero_init"](s), lambda s, rng: notebook["normal_init"](s, 0.03, rng)):
        assert np.abs(losses(stuck) - np.log(10)).max() < 0.05
    xavier = losses(lambda s, rng: notebook["xavier_normal"](s, 1.0, rng))
    assert xavier[30] > 1.9
    for quick in (
        lambda s, rng: notebook["he_normal"](s, 0.0, "fan_in", rng),
        lambda s, rng: notebook["orthogonal_init"](s, 2**0.5, rng),
    ):
        assert losses(quick)[30] < 1.3
    assert xavier[-100:].min() < 0.3
