"""If another exercise is the cause, a check says so."""

from __future__ import annotations

from typing import Any

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import equal
from autograder.checking.declare import Check, check
from autograder.checking.judge import judge
from tests.checking.test_judge import Students


def forward() -> int:
    return 1


def backward(x: int) -> int:
    return 2 * x


RIGHT: dict[str, Any] = {"forward": forward, "backward": backward}


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
    return [first.__checks__[0], second.__checks__[0]]  # type: ignore[attr-defined]


def hints(**names: Any) -> list[str]:
    results = judge(checks_of_both(), Students(RIGHT | names), LiveAnswers(RIGHT, []), b"seed", 10)
    return [c.hint for e in results for c in e.checks]


def test_a_check_that_fails_by_another_exercise_says_what_to_repair_first() -> None:
    assert hints(forward=lambda: 3) == ["", "Repair `forward` first: its own checks fail."]


def test_an_exercise_that_works_is_not_blamed() -> None:
    assert not any("forward`" in hint for hint in hints(backward=lambda x: x))


def test_what_is_not_written_is_needed_first() -> None:
    assert hints(forward=unwritten) == ["", "backward needs `forward` first."]
    (result,) = judge(checks_of_both()[1:], Students({"forward": unwritten}), LiveAnswers(RIGHT, []), b"seed", 10)
    assert result.checks[0].hint == "backward needs `forward` first."  # even if the check itself does not call it


def test_what_is_itself_not_written_needs_nothing() -> None:
    def backward(x: int) -> int:
        raise NotImplementedError("backward is not written yet")

    assert hints(backward=backward) == ["", ""]


def test_a_stub_inside_is_told_from_the_one_that_calls_it() -> None:
    students = Students(RIGHT | {"backward": lambda x: unwritten()})
    _, result = judge(checks_of_both(), students, LiveAnswers(RIGHT, []), b"seed", 10)
    assert result.checks[0].message == "backward needs forward, which is not written yet"
