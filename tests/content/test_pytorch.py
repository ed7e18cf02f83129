"""The claims of the notebook on PyTorch about transfer learning, with other seeds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.content.demos import defined_by

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def reached() -> list[dict[str, Any]]:
    """For each seed, name -> mean accuracies with 1, 2 and 16 examples of each new digit."""
    notebook = defined_by("pytorch", "batches_of", "Reader", "scattered", "transfer")
    return [
        {name: found.mean(axis=1) for name, found in notebook["transfer"](seed, [1, 2, 16], 4).items()}
        for seed in (1, 2)
    ]


def test_fine_tuning_beats_the_frozen_backbone_at_every_size_and_least_with_few_examples(
    reached: list[dict[str, Any]],
) -> None:
    for means in reached:
        lead = means["trained backbone, fine-tuned"] - means["trained backbone, frozen"]
        assert lead.min() > -0.01
        assert lead[2] > max(lead[0], lead[1]) - 0.02


def test_a_trained_backbone_is_worth_most_with_one_or_two_examples(reached: list[dict[str, Any]]) -> None:
    for means in reached:
        noise = means["everything from noise"]
        assert (means["trained backbone, frozen"][:2] > noise[:2] + 0.03).all()
        tuned = means["trained backbone, fine-tuned"] - noise
        assert min(tuned[:2]) > 0.05
        assert abs(tuned[2]) < 0.05


def test_with_sixteen_examples_the_network_from_noise_has_overtaken_the_frozen_one(
    reached: list[dict[str, Any]],
) -> None:
    for means in reached:
        assert means["everything from noise"][2] > means["trained backbone, frozen"][2] + 0.05
