"""The claims of the notebook on convolution about the network that it trains, with other seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

SEEDS = (10, 11)


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("conv", "train")


@pytest.fixture(scope="module", params=SEEDS)
def runs(notebook: dict[str, Any], request: pytest.FixtureRequest) -> tuple[Any, Any, Any]:
    """Initial parameters; the results of training everything; and of training only the last layer."""
    begin = notebook["network"](np.random.default_rng(request.param))
    everything = notebook["train"](begin, list(begin), request.param)
    return begin, everything, notebook["train"](begin, ["w3", "b3"], request.param)


def test_gradients_for_the_filters_pay(runs: tuple[Any, Any, Any]) -> None:
    _, (_, losses, accuracy), (_, frozen_losses, frozen_accuracy) = runs
    assert 0.8 < frozen_accuracy < accuracy
    assert np.mean(losses[-20:]) < 0.5 * np.mean(frozen_losses[-20:])


def test_learned_filters_look_like_the_noise_that_they_began_as(runs: tuple[Any, Any, Any]) -> None:
    begin, (params, _, _), _ = runs
    pairs = zip(begin["w1"], params["w1"], strict=True)
    assert min(np.corrcoef(before.ravel(), after.ravel())[0, 1] for before, after in pairs) > 0.7


def test_the_network_is_differentiated_right(notebook: dict[str, Any]) -> None:
    """The gradient of each kind of parameter, on a few digits, against central differences."""
    rng = np.random.default_rng(0)
    params, x, y = notebook["network"](rng), rng.standard_normal((5, 1, 8, 8)), rng.integers(0, 10, 5)

    def loss(moved: dict[str, np.ndarray]) -> float:
        scores, _ = notebook["forward"](x, moved, [{"mode": "train"}, {"mode": "train"}])
        return float(notebook["softmax_loss"](scores, y)[0])

    scores, cache = notebook["forward"](x, params, [{"mode": "train"}, {"mode": "train"}])
    grads = notebook["backward"](notebook["softmax_loss"](scores, y)[1], cache)
    assert set(grads) == set(params)
    for name, value in params.items():
        place = np.unravel_index(np.abs(grads[name]).argmax(), value.shape)
        step = np.zeros_like(value)
        step[place] = 1e-6
        change = loss(params | {name: value + step}) - loss(params | {name: value - step})
        assert change / 2e-6 == pytest.approx(grads[name][place], rel=1e-4, abs=1e-8), name
