"""A check that passes for any code is found; a check that judges anything is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import close, equal, expect, raises, unmodified
from autograder.authoring.build import build
from autograder.checking.answers import LiveAnswers
from autograder.checking.declare import Check
from autograder.course.course import Course
from autograder.proofs.audit import audit
from autograder.proofs.indifferent import is_indifferent
from tests.conftest import edit

SEED = hashlib.sha256(b"indifferent").digest()
CHECKS, MISTAKES = "solutions/tiny/checks.py", "solutions/tiny/mistakes.py"


class Counter:
    def __init__(self, start: int) -> None:
        self.total = start

    def add(self, n: int) -> int:
        self.total += n
        return self.total


def double(x: Any) -> Any:
    if np.ndim(x) > 2:
        raise ValueError("too many axes")
    return 2 * x


ANSWERS = LiveAnswers(
    {
        "double": double,
        "Counter": Counter,
        "pair": lambda x: (2 * x, 3 * x),
        "names": list,
        "apply": lambda f, x: f(x),
    },
    [],
)


def indifferent(function: Callable[..., None]) -> bool:
    return is_indifferent(Check("c", "double", "A title.", 1, False, None, function), ANSWERS, SEED)


# ---- checks that judge nothing --------------------------------------------------------------------------------------


def asks_nobody(student: Any, reference: Any) -> None:
    close(reference.double(np.ones(3)), reference.double(np.ones(3)))


def calls_and_does_not_look(student: Any, reference: Any) -> None:
    student.double(np.ones(3))


def takes_apart_what_it_does_not_look_at(student: Any, reference: Any) -> None:
    _first, _second = student.pair(np.ones(3))
    close(reference.pair(np.ones(3))[0], np.full(3, 2.0))


def has_the_references_object_for_the_students(student: Any, reference: Any) -> None:
    student.Counter(1)
    counter = reference.Counter(1)
    equal(counter.add(2), 3)


def hands_the_students_object_on_and_looks_at_the_other(student: Any, reference: Any) -> None:
    mine, counter = student.Counter(1), reference.Counter(1)
    mine.add(2)
    counter.add(2)
    equal(counter.get("total"), 3)


@pytest.mark.parametrize(
    "function",
    [
        asks_nobody,
        calls_and_does_not_look,
        takes_apart_what_it_does_not_look_at,
        has_the_references_object_for_the_students,
        hands_the_students_object_on_and_looks_at_the_other,
    ],
)
def test_a_check_that_judges_nothing_of_the_student_is_found(function: Callable[..., None]) -> None:
    assert indifferent(function)


# ---- checks that judge something ------------------------------------------------------------------------------------


def compares_numbers(student: Any) -> None:
    close(student.double(np.ones(3)), np.full(3, 2.0))


def asks_for_a_shape(student: Any) -> None:
    equal(np.shape(student.double(np.ones((2, 3)))), (2, 3))


def asks_for_a_finite_number(student: Any) -> None:
    expect(np.isfinite(student.double(np.ones(3))).all(), "it is not finite")


def asks_twice_for_the_same(student: Any) -> None:
    equal(student.double(7), student.double(7))


def asks_for_different_ones(student: Any) -> None:
    expect(student.double(7) != student.double(8), "both are the same")


def counts_what_is_in_a_list(student: Any) -> None:
    equal(len(student.names()), 0)


def asks_for_an_object(student: Any) -> None:
    equal(student.Counter(1).get("total"), 1)


def leaves_its_input_alone(student: Any) -> None:
    unmodified(student.double, np.ones(3), inputs=(0,))


def refuses_many_axes(student: Any) -> None:
    raises(student.double, np.ones((2, 2, 2)), error="ValueError")


def counts_the_calls_of_its_function(student: Any) -> None:
    calls: list[Any] = []
    student.apply(calls.append, 3)
    equal(len(calls), 1)


def looks_at_what_its_function_is_given(student: Any) -> None:
    given: list[Any] = []
    student.apply(given.append, 3)
    expect(set(given) == {3}, "other numbers")


@pytest.mark.parametrize(
    "function",
    [
        compares_numbers,
        asks_for_a_shape,
        asks_for_a_finite_number,
        asks_twice_for_the_same,
        asks_for_different_ones,
        counts_what_is_in_a_list,
        asks_for_an_object,
        leaves_its_input_alone,
        refuses_many_axes,
        counts_the_calls_of_its_function,
        looks_at_what_its_function_is_given,
    ],
)
def test_a_check_that_judges_anything_of_the_student_is_none(function: Callable[..., None]) -> None:
    assert not indifferent(function)


# ---- in an audit ----------------------------------------------------------------------------------------------------


def test_an_audit_finds_a_check_that_asks_the_references_object_though_a_mistake_fails_it(
    own_course: Course, isolation: str
) -> None:
    edit(own_course, CHECKS, "keeps_its_total_between_calls(student, rng)", "keeps_its_total(student, reference, rng)")
    other = "    counter = reference.Counter(int(numbers.sum()))\n    equal(counter.get("
    edit(own_course, CHECKS, "    equal(counter.get(", other)
    raising = '\n@mistake("Counter", says="What is added?", raises="KeyError")\nclass looks_it_up:\n'
    raising += "    def __init__(self, s): self.total = s\n    def add(self, n): return {}[n]\n\n\n"
    edit(own_course, MISTAKES, 'mistake("q_height"', raising + 'mistake("q_height"')
    build(own_course, "tiny")
    problems = audit(own_course, "tiny", isolation).problems
    said = "the check keeps_its_total holds whatever the student's code returns: is the reference asked instead?"
    assert said in problems
    assert not [problem for problem in problems if "no known mistake fails" in problem]
