"""The claims of the notebook on detection about its detector, with another network and other images."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from tests.content.demos import defined_by

SEED = 1


@pytest.fixture(scope="module")
def notebook() -> dict[str, Any]:
    found = defined_by("detection", "make_network", "trained_network")
    found["trained_network"] = lambda trained=found["trained_network"]: trained(SEED)
    return found


@pytest.fixture(scope="module")
def judged(notebook: dict[str, Any]) -> tuple[Any, ...]:
    """Detections in 100 new images, and the ground truth."""
    images, boxes, labels = notebook["scenes"](100, seed=500)
    return (*notebook["detect"](images), boxes, labels)


def test_finding_is_easy_and_fitting_is_not(notebook: dict[str, Any], judged: tuple[Any, ...]) -> None:
    assert notebook["mean_average_precision"](*judged) > 0.85
    assert notebook["mean_average_precision"](*judged, (0.95,)) < 0.05


def test_nearly_all_wrong_boxes_are_second_ones_under_another_name(
    notebook: dict[str, Any], judged: tuple[Any, ...]
) -> None:
    wrong = second = 0
    for boxes, scores, labels, true, kinds in zip(*judged, strict=True):
        seen, names = boxes[scores >= 0.5], labels[scores >= 0.5]
        overlap = notebook["box_iou"](seen, true)
        fits = overlap >= 0.5
        found = (fits & (names[:, None] == kinds)).any(axis=0)  # objects that have a box with the right name
        for box, name in zip(range(len(seen)), names, strict=True):
            if not (fits[box] & (kinds == name)).any():
                wrong += 1
                nearest = np.argmax(overlap[box])
                second += bool(overlap[box, nearest] > 0.2 and found[nearest] and kinds[nearest] != name)
    assert wrong > 20
    assert second > 0.75 * wrong
