"""Where another exercise is at fault, a check says so."""

from __future__ import annotations

from typing import Any

from autograder.answers import LiveAnswers
from autograder.checks import Check, check
from autograder.compare import equal
from autograder.judge import judge
from tests.test_judge import Students


def forward() -> int:
    return 1


def backward(x: int) -> int:
    return 2 * x


def unwritten() -> int:
    raise NotImplementedError("forward is not written yet")


def checks_of_both() -> list[Check]:
    def forward_is_one(student: Any) -> None:
        """It is one."""
        equal(student.forward(), 1)

    def backward_doubles(student: Any) -> None:
        """It doubles what the forward pass gives."""
        equal(student.backward(student.forward()), 2)

    first = check("forward", points=1, public=True)(forward_is_one)
    second = check("backward", points=1)(backward_doubles)
    return [first.__check__, second.__check__]  # type: ignore[attr-defined]


def hints(**names: Any) -> list[str]:
    right = {"forward": forward, "backward": backward}
    results = judge(checks_of_both(), Students(right | names), LiveAnswers(right, []), b"seed", 10)
    return [c.hint for e in results for c in e.checks]


def test_a_check_that_fails_by_another_exercise_says_what_to_repair_first() -> None:
    assert hints(forward=lambda: 3) == ["", "Repair `forward` first: its own checks fail."]


def test_an_exercise_that_works_is_not_blamed() -> None:
    assert hints(backward=lambda x: x) == ["", ""]


def test_what_is_not_written_needs_no_repair() -> None:
    assert hints(forward=unwritten) == ["", ""]
