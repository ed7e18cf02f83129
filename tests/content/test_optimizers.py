"""The claims of the notebook on optimizers about its comparison on real digits, with other seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.demos import defined_by

NAMES = ["sgd", "sgd_momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamax", "nadam", "adamw"]
SEEDS = (10, 20, 30)


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    return defined_by("optimizers", "TwoLayerNet", "search_and_test")


@pytest.fixture(scope="module")
def compared(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """For each seed: name -> (validation loss at each rate, test accuracies at the best)."""
    assert notebook["OPTIMIZERS"] == NAMES
    with np.errstate(all="ignore"):
        return [{name: notebook["search_and_test"](notebook[name], seed, 4) for name in NAMES} for seed in SEEDS]


def test_at_one_common_rate_some_have_learned_nothing_and_others_are_done(
    notebook: dict[str, Any], compared: list[dict[str, Any]]
) -> None:
    column = int(np.argmin(np.abs(notebook["RATES"] - 0.01)))
    for results in compared:
        losses = {name: each[column] for name, (each, _) in results.items()}
        assert losses["adadelta"] > 2
        assert losses["sgd"] > 0.8
        assert max(losses["adam"], losses["rmsprop"], losses["nadam"]) < 0.15


def test_at_their_own_rates_their_means_are_within_three_points(compared: list[dict[str, Any]]) -> None:
    for results in compared:
        means = [accuracies.mean() for _, accuracies in results.values()]
        assert min(means) > 0.95
        assert max(means) - min(means) < 0.03


def test_who_is_first_changes_with_the_seed_and_plain_sgd_is_mostly_last(compared: list[dict[str, Any]]) -> None:
    ranked = [sorted(results, key=lambda name: results[name][1].mean()) for results in compared]
    assert len({names[-1] for names in ranked}) > 1
    assert any(names[0] == "sgd" for names in ranked)


def test_the_best_rate_is_never_at_an_end_of_the_search(compared: list[dict[str, Any]]) -> None:
    for results in compared:
        assert all(0 < losses.argmin() < len(losses) - 1 for losses, _ in results.values())


def test_adam_and_its_relatives_do_well_at_rates_from_a_hundredth_to_a_tenth(
    notebook: dict[str, Any], compared: list[dict[str, Any]]
) -> None:
    for results in compared:
        for name in ("adam", "adamax", "nadam", "adamw"):
            assert 0.009 < notebook["RATES"][results[name][0].argmin()] < 0.11
