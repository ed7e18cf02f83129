"""Which checks are run on which mistakes: slow ones only if no other check decides, and on one more mistake."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close
from autograder.checking.declare import Check, Mistake, check
from autograder.proofs.mistakes import MistakeAudit, audit_mistakes


def test_a_check_that_takes_seconds_is_asked_until_a_mistake_has_failed_it() -> None:
    assert asked({"near": 1.4, "far": 9.0, "farther": 10.0}) == (
        [9.0, 1.0],  # the first of those that fail most of the others; and the reference, for comparison
        {"near": ("bounded",), "far": ("bounded", "small", "trained"), "farther": ("bounded", "small")},
    )


def test_it_is_asked_of_every_mistake_that_no_other_has_caught() -> None:
    values, caught_by = asked({"far": 9.0, "hardly": 1.05, "barely": 1.06})
    assert sorted(values) == [1.0, 1.05, 1.06, 9.0]
    assert (caught_by["hardly"], caught_by["barely"]) == (("trained",), ("trained",))


def test_one_that_passes_it_does_not_end_the_search() -> None:
    values, caught_by = asked({"within": 1.4, "beyond": 1.45}, limit=0.42)
    assert values == [1.4, 1.45, 1.0]  # the reference is run once a mistake has failed
    assert (caught_by["within"], caught_by["beyond"]) == (("bounded",), ("bounded", "trained"))


def asked(wrong: dict[str, float], limit: float = 0.01) -> tuple[list[float], dict[str, tuple[str, ...]]]:
    """The values given to a check that trains, and the checks that caught each of these mistakes, on one seed."""
    values: list[float] = []

    @check("f", points=1)
    def bounded(student: Any) -> None:
        """It is one, but for a little."""
        close(student.f(), 1.0, rtol=0.1)

    @check("f", points=1)
    def small(student: Any) -> None:
        """It is small."""
        close(min(student.f(), 5.0), student.f())

    @check("f", points=1, trains=True)
    def trained(student: Any) -> None:
        """It is one."""
        values.append(student.f())
        close(values[-1], 1.0, rtol=limit)

    checks: list[Check] = [each.__checks__[0] for each in (bounded, small, trained)]  # type: ignore[attr-defined]
    mistakes = [Mistake(name, "f", "It is one.", lambda value=value: value) for name, value in wrong.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.proofs.mistakes.SEEDS", 1)
        found: tuple[MistakeAudit, ...] = audit_mistakes(checks, LiveAnswers({"f": lambda: 1.0}, mistakes), [], None)  # type: ignore[arg-type]
    return values, {each.name: each.caught_by for each in found}


def endless(raises: tuple[str, ...], ends: bool = False) -> tuple[MistakeAudit, LiveAnswers, Check]:
    """The audit's findings on a mistake whose loop ends, or does not, with the answers and the check."""

    def loop() -> float:
        while not ends:
            pass
        return 2.0

    @check("f", points=1)
    def exact(student: Any) -> None:
        """It is one."""
        close(student.f(), 1.0)

    (exact_check,) = exact.__checks__  # type: ignore[attr-defined]
    mistake = Mistake("loops", "f", "When does it end?", loop, raises)
    answers = LiveAnswers({"f": lambda: 1.0}, [mistake], check_s=0.02)
    (found,) = audit_mistakes([exact_check], answers, [], None)  # type: ignore[arg-type]
    return found, answers, exact_check


def test_a_loop_without_an_end_that_is_declared_as_one_is_caught_by_the_check_that_waits_for_it() -> None:
    found, *_ = endless(("TimeoutError",))
    assert found.ok
    assert found.caught_by == ("exact",)
    assert found.coding_errors == ()


def test_one_that_is_not_declared_proves_nothing() -> None:
    found, *_ = endless(())
    assert not found.ok
    (said,) = found.coding_errors
    assert "did not end" in said
    assert 'raises="TimeoutError"' in said


def test_one_that_ends_is_not_caught() -> None:
    found, *_ = endless(("TimeoutError",), ends=True)
    assert not found.ok
    assert found.caught_by == ()


def test_nobody_who_is_graded_waits_for_it() -> None:
    _, answers, exact = endless(("TimeoutError",))
    assert list(answers.mistakes(exact, b"")) == []
