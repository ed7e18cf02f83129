"""Answers to questions, and how values are shown in messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checking.compare import answered, close, equal
from autograder.checking.values import describe
from autograder.errors import Failure
from tests.checking.test_compare import handle, namespace, said


def reply(answer: Any, right: Any, **options: Any) -> str:
    """The message for an answer; "" if it is right."""
    try:
        answered(namespace(q=answer), namespace(q=right), "q", **options)
    except Failure as failure:
        return failure.message
    return ""


@pytest.mark.parametrize(
    ("answer", "right", "options"),
    [
        (" B\n", "b", {}),
        (400, 400, {}),
        (np.int64(400), 400, {}),
        (np.array(400.0), 400, {}),
        (0.1001, 0.1, {"rtol": 1e-3}),
        (-0.1001, -0.1, {"rtol": 1e-3}),
    ],
)
def test_a_right_answer_passes(answer: Any, right: Any, options: Any) -> None:
    assert reply(answer, right, **options) == ""


@pytest.mark.parametrize(
    ("answer", "right", "options", "message"),
    [
        (None, "b", {}, "q has no answer yet"),
        ("a", "b", {}, "q = 'a' is not right"),
        (2, "b", {}, "q = 2: the answer is a letter, in quotes"),
        (2, "saddle", {}, "q = 2: the answer is a string, in quotes"),
        ("400", 400, {}, "q = '400': the answer is a number"),
        (True, 1, {}, "q = True: the answer is a number"),
        ([400], 400, {}, "q = [400]: the answer is a number"),
        (401, 400, {}, "q = 401 is not right"),
        (float("nan"), 400, {}, "q = nan is not right"),
        (0.2, 0.1, {"rtol": 1e-3}, "q = 0.2 is not right (0.1 % would be close enough)"),
        (-0.1, 0.1, {"rtol": 0.01, "positive": True}, "q = -0.1: the answer is positive"),
    ],
)
def test_a_wrong_answer_is_told_what_kind_is_wanted(answer: Any, right: Any, options: Any, message: str) -> None:
    assert reply(answer, right, **options) == message


def test_a_difference_in_a_nested_list_is_shown_where_it_is() -> None:
    assert said([[1, 2], [3, 4]], [[1, 2], [3, 5]], equal) == "result[1]: got [3, 4], expected [3, 5]"


def test_a_difference_in_a_long_list_is_shown_where_it_is() -> None:
    assert said([*range(8), 0], [*range(9)], equal) == "result[8]: got 0, expected 8"


def test_no_zero_is_negative_in_a_message() -> None:
    assert "expected 0 (" in said(np.ones(2), np.array([1.0, -0.0]), close)


def test_objects_in_a_list_are_named_by_their_types() -> None:
    assert describe([handle(), 1]) == "a list of 2: object, int"
