"""A digest of an unnamed failure: equal for equal failures, different for others, and nothing but a digest."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close
from autograder.checking.declare import Check, Mistake, check
from autograder.checking.unnamed import with_digests
from autograder.report.results import CheckResult, ExerciseResult
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local

Function = Callable[..., Any]


def right(x: np.ndarray) -> tuple[np.ndarray, tuple[Any, ...]]:
    return x * 2, (x, 2)


def checked() -> Check:
    @check("f", points=1, public=True)
    def doubles(student: Any, reference: Any, rng: np.random.Generator) -> None:
        """It doubles."""
        x = rng.standard_normal((3, 4))
        close(student.f(x)[0], reference.f(x)[0])

    return doubles.__checks__[0]  # type: ignore[attr-defined,no-any-return]


CHECK = checked()
ANSWERS = LiveAnswers({"f": right}, [Mistake("triples", "f", "Twice, not thrice.", lambda x: (x * 3, (x, 3)))])


def failed(mistake: str | None = None, status: str = "failed") -> ExerciseResult:
    return ExerciseResult("f", (CheckResult("doubles", "It doubles.", 0.0, 1.0, True, status, "off", mistake),))


QUESTION = ExerciseResult("f", (CheckResult("doubles", "Asks.", 0.0, 0.0, True, "failed"),))
OUT_OF_TIME = ExerciseResult("f", failed().checks + failed(status="timeout").checks)


def digest(function: Function, exercise: ExerciseResult | None = None) -> str:
    @contextlib.contextmanager
    def opened(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        yield Namespace(Local({"f": function}))

    (result,) = with_digests([exercise or failed()], [CHECK], opened, ANSWERS)
    return result.digest


def test_what_differs_by_rounding_only_is_one_failure() -> None:
    assert digest(lambda x: (x * 5, ())) == digest(lambda x: (x + x * 4 * (1 + 1e-12), ())) != ""


def test_another_result_is_another_failure() -> None:
    assert digest(lambda x: (x * 5, ())) != digest(lambda x: (x * 5.001, ()))


def test_an_infinite_number_elsewhere_is_another_failure() -> None:
    def broken(at: int) -> Function:
        return lambda x: (np.where(np.arange(4) == at, np.inf, 1.0), ())

    assert digest(broken(1)) != digest(broken(2))


def test_how_a_cache_is_laid_out_makes_no_other_failure() -> None:
    assert digest(lambda x: (x * 5, (x, 2))) == digest(lambda x: (x * 5, ("mine", x, {"factor": 5})))


def test_another_exception_is_another_failure() -> None:
    def raising(error: Exception) -> Function:
        def f(x: np.ndarray) -> None:
            raise error

        return f

    assert digest(raising(ValueError("a"))) == digest(raising(ValueError("a")))
    assert digest(raising(ValueError("a"))) != digest(raising(TypeError("a")))


@pytest.mark.parametrize(
    ("exercise", "has_one"),
    [
        (failed(), True),
        (failed("wrong_sign"), True),
        (failed("triples"), False),
        (OUT_OF_TIME, False),
        (QUESTION, False),
    ],
    ids=["without a diagnosis", "a general rule", "a known mistake", "out of time", "a question"],
)
def test_a_digest_has_what_fails_without_a_known_mistake(exercise: ExerciseResult, has_one: bool) -> None:
    assert bool(digest(lambda x: (x * 5, ()), exercise)) is has_one


def test_what_is_not_written_has_no_digest() -> None:
    def unwritten(x: np.ndarray) -> None:
        raise NotImplementedError("f is not written yet")

    assert digest(unwritten) == ""


def test_a_digest_that_cannot_be_made_changes_no_result() -> None:
    @contextlib.contextmanager
    def lost(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        raise RuntimeError("nobody thought of this")
        yield

    assert with_digests([failed()], [CHECK], lost, ANSWERS) == (failed(),)
