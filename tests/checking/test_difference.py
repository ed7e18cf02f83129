"""What a report stores about two values that differ, and the maps drawn from them."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from autograder.checking.difference import compared, pictured
from autograder.errors import Mismatch
from autograder.report.results import Compared


@pytest.mark.parametrize(
    ("got", "expected", "wanted"),
    [
        ([1.0, 5.0], [1.0, 2.0], Compared("dw", (2,), (2,), (1,), 5.0, 2.0, 1)),
        (3.0, 1.0, Compared("dw", (), (), (), 3.0, 1.0, 1)),
        ([np.nan, 1.0], [0.0, 1.0], Compared("dw", (2,), (2,), (0,), None, 0.0, 1)),
        (np.zeros((2, 3)), np.zeros(3), Compared("dw", (2, 3), (3,))),
        (None, np.zeros(3), None),
        ("text", "other", None),
    ],
)
def test_what_differs_is_kept_as_shapes_place_and_numbers(got: Any, expected: Any, wanted: Any) -> None:
    assert compared(Mismatch("dw", got, expected)) == wanted


def test_a_small_difference_is_drawn_on_its_own_scale_which_its_caption_says() -> None:
    expected = np.full((2, 2), 4.0)
    (figure,) = pictured(Mismatch("dw", expected + np.array([[0.0, 0.004], [-0.002, 0.0]]), expected))
    pixels = np.frombuffer(base64.b64decode(figure.data["pixels"]), np.uint8).reshape(3, 2, 2)
    assert pixels[2].tolist() == [[128, 255], [64, 128]]
    assert figure.data["captions"] == ["got", "expected", "difference, from -0.004 to 0.004"]


def test_two_maps_that_differ_are_drawn_around_the_largest_difference() -> None:
    expected = np.zeros((2, 3, 4, 100))
    got = expected.copy()
    got[1, 2, 3, 90], got[0, 0, 0, 0], got[1, 2, 0, 99] = 4.0, 2.0, -1.0
    (figure,) = pictured(Mismatch("dw", got, expected))
    assert figure.title == "dw[1, 2], from -4 (black) to 4 (white)"
    (figure,) = pictured(Mismatch("dw, step by step", got, expected))
    assert figure.title == "dw, step by step, at [1, 2], from -4 (black) to 4 (white)"
    assert figure.data["shape"] == [3, 4, 64]
    pixels = np.frombuffer(base64.b64decode(figure.data["pixels"]), np.uint8).reshape(3, 4, 64)
    assert (pixels[0, 3, 90 - 36], pixels[0, 0, 99 - 36], pixels[1].min(), pixels[1].max()) == (255, 96, 128, 128)
    assert (pixels[2] == pixels[0]).all()


@pytest.mark.parametrize(
    ("got", "expected"),
    [(np.ones((2, 3)), np.zeros((3, 2))), (np.ones(4), np.zeros(4)), (np.ones((1, 9)), np.zeros((1, 9))),
     (np.ones((0, 3)), np.ones((0, 3))), ("a", "b"), ([[1, 2], [3]], np.zeros((2, 2))), (1.0, 2.0),
     (np.ones((2, 2)) * 1j, np.zeros((2, 2)))],
)  # fmt: skip
def test_what_is_no_pair_of_maps_is_not_drawn(got: Any, expected: Any) -> None:
    assert pictured(Mismatch("dw", got, expected)) == ()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e308])
def test_a_map_with_odd_numbers_can_be_drawn(odd: float) -> None:
    got = np.ones((3, 3))
    got[1, 1] = odd
    assert len(pictured(Mismatch("dw", got, -np.ones((3, 3))))) == 1
