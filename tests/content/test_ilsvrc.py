"""The claims of the notebook on ILSVRC about its residual and plain networks, with other seeds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("ilsvrc", "small_network", "train_small_network")


def lengths(notebook: dict[str, Any], plain: bool, normalized: bool) -> list[float]:
    """The median length of the first layer's gradient in new networks of 8 and of 56 layers."""
    torch = notebook["torch"]
    x, y = (torch.from_numpy(part) for part in notebook["glyphs"](64, seed=1, size=14))
    return [
        float(np.median([notebook["first_gradient"](depth, plain, normalized, seed, x, y) for seed in (3, 4, 5)]))
        for depth in (8, 56)
    ]


def test_without_shortcuts_the_gradient_vanishes_or_grows_a_thousandfold(notebook: dict[str, Any]) -> None:
    shallow, deep = lengths(notebook, plain=True, normalized=False)
    assert deep < 1e-20 < shallow
    shallow, deep = lengths(notebook, plain=True, normalized=True)
    assert 100 < deep / shallow < 30_000


def test_with_shortcuts_it_grows_tenfold_or_hardly_changes(notebook: dict[str, Any]) -> None:
    shallow, deep = lengths(notebook, plain=False, normalized=True)
    assert 3 < deep / shallow < 40
    shallow, deep = lengths(notebook, plain=False, normalized=False)
    assert 0.3 < deep / shallow < 3


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_the_residual_network_falls_about_three_times_as_far_and_reads_more(
    notebook: dict[str, Any], seed: int
) -> None:
    (residual, read), (plain, read_by_plain) = (notebook["train_small_network"](each, seed) for each in (False, True))
    assert math.log(10) - residual[-1] > 1.5 * (math.log(10) - plain[-1])
    assert read > read_by_plain
