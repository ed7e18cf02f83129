"""If nothing else is known about a failure, but one small change makes a check pass, the report says where."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close
from autograder.checking.declare import Check, check
from autograder.checking.diagnose import repair_first, waits_for_another
from autograder.checking.one_slip import with_slips
from autograder.checking.run import run
from autograder.course.course import Course
from autograder.errors import Timeout
from autograder.grading.own_work import check_public
from autograder.report.report import Report
from autograder.report.results import CheckResult, ExerciseResult
from autograder.sandbox import Sandbox
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.submission.slips import Slip, slips_in
from tests import tiny
from tests.conftest import Grade

# ---- one submission --------------------------------------------------------------------------------------------------

# An error that no rule recognizes: an extra term.
SLIP = """\
def standardize(x, eps=1e-5):
    print("at work")
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    return (x - mean) / (var + eps) ** 0.5 + np.round(x), mean, None"""
TWO_SLIPS = SLIP.replace(", mean", " + np.round(5 * x), mean")


def hints(report: Report, exercise: str = "standardize") -> list[tuple[str, str | None, str]]:
    (found,) = [each for each in report.exercises if each.name == exercise]
    return [(check.status, check.mistake, check.hint) for check in found.checks]


def test_the_place_of_a_slip_is_told(grade: Grade) -> None:
    text = tiny.swapped(standardize=SLIP)
    code = "(x - mean) / (var + eps) ** 0.5 + np.round(x)"
    (line,) = [number for number, row in enumerate(text.split("\n"), 1) if code in row]
    says = (
        f"In ada.py, line {line}, one small change makes this check hold: look at `{code}`. Is something here too much?"
    )
    assert hints(grade(text)) == [("failed", "slip_too_much", says)] * 2


def test_it_costs_and_gives_no_points(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tiny.swapped(standardize=SLIP)
    with_them = grade(text)
    monkeypatch.setattr("autograder.grading.grader.with_slips", lambda exercises, *_: exercises)
    without = grade(text)
    assert hints(with_them) != hints(without)
    for one, other in zip(with_them.checks, without.checks, strict=True):
        assert replace(one, hint="", mistake=None, duration_s=0) == replace(other, hint="", mistake=None, duration_s=0)


def test_what_changed_code_prints_is_in_no_report(grade: Grade) -> None:
    report = grade(tiny.swapped(standardize=SLIP))
    assert report.output.count("at work") == 2  # in its only public check: together with others, then by itself


def test_nothing_is_said_where_one_change_is_not_enough(grade: Grade) -> None:
    assert [mistake for _, mistake, _ in hints(grade(tiny.swapped(standardize=TWO_SLIPS)))] == [None, None]


def test_one_of_two_mistakes_is_told_where_it_is_the_only_one(grade: Grade) -> None:
    """Only the public check passes a table with numbers above 50."""
    second = SLIP.replace(", mean", " + (x.max() < 50) * np.round(5 * x), mean")
    assert [mistake for _, mistake, _ in hints(grade(tiny.swapped(standardize=second)))] == ["slip_too_much", None]


def test_what_a_known_mistake_explains_is_not_asked(grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("autograder.grading.student.slips_in", lambda *args: asked.append(args) or [])
    known = SLIP.replace(" + np.round(x)", "").replace("((x - mean) ** 2).mean(axis=0)", "x.var(axis=0, ddof=1)")
    assert {mistake for _, mistake, _ in hints(grade(tiny.swapped(standardize=known)))} == {"sample_variance"}
    grade(tiny.SOLVED)
    grade(tiny.swapped(standardize="def standardize(x, eps=1e-5):\n    raise NotImplementedError"))
    assert not asked


def test_at_home_it_is_told_too(own_course: Course, own_sandbox: Sandbox) -> None:
    release = own_course.release_dir("tiny")
    notebook = release / "tiny.ipynb"
    notebook.write_text(json.dumps(tiny.in_notebook(release, {"standardize": SLIP})))
    report = check_public(own_course, "tiny", "standardize", own_sandbox)
    ((status, _, hint),) = hints(report)
    assert status == "failed"
    assert "line 5, one small change makes this check hold: look at" in hint
    assert report.output.count("at work") == 1


# ---- what is tried ---------------------------------------------------------------------------------------------------

Function = Callable[..., Any]


def checks() -> list[Check]:
    @check("f", points=1, public=True)
    def doubles(student: Any, reference: Any, rng: np.random.Generator) -> None:
        """It doubles."""
        x = rng.standard_normal((3, 4))
        close(student.f(x), reference.f(x))

    @check("f", points=1)
    def doubles_nothing(student: Any) -> None:
        """Twice nothing is nothing."""
        close(student.f(np.zeros(2)), np.zeros(2))

    return [*doubles.__checks__, *doubles_nothing.__checks__]  # type: ignore[attr-defined]


CHECKS = checks()
ANSWERS = LiveAnswers({"f": lambda x: 2 * x}, [])


def result(*statuses: str, mistake: str | None = None, hint: str = "", message: str = "off") -> ExerciseResult:
    statuses = statuses or ("failed", "passed")
    checks = [
        CheckResult(each.name, each.title, float(status == "passed"), 1.0, each.public, status, message, mistake, hint)
        for each, status in zip(CHECKS, statuses, strict=True)
    ]
    return ExerciseResult("f", tuple(checks))


def told(source: str, exercise: ExerciseResult | None = None, slips: Sequence[Slip] | None = None) -> ExerciseResult:
    @contextlib.contextmanager
    def opened(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        names: dict[str, Any] = {"np": np}
        exec(source, names)
        yield Namespace(Local(names))

    found = slips_in([("cell 2", "exercise", source, 1)], "f") if slips is None else slips
    (given,) = with_slips([exercise or result()], CHECKS, opened, ANSWERS, lambda _: found)
    return given


THRICE = "def f(x):\n    return 3 * x"


def test_only_what_fails_gets_the_sentence() -> None:
    failing, passing = told(THRICE).checks
    assert failing.mistake == "slip_number"
    looking = "look at `3` in `return 3 * x`"
    assert failing.hint == f"In cell 2, line 2, one small change makes this check hold: {looking}. Is the number right?"
    assert (passing.mistake, passing.hint) == (None, "")


def test_of_a_slip_in_several_lines_each_is_told() -> None:
    right = "def f(x):\n    return 2 * x"
    for again, where in (((4,), "line 2, and alike in line 4"), ((4, 7), "line 2, and alike in lines 4, 7")):
        slip = Slip("number", "cell 2", 2, "3", "return 3 * x", right, again)
        assert told(THRICE, slips=[slip]).checks[0].hint.startswith(f"In cell 2, {where}, one small change")


def test_the_checks_own_hint_stays() -> None:
    assert told(THRICE, result(hint="Twice.")).checks[0].hint.endswith("Is the number right? Twice.")


@pytest.mark.parametrize(
    "exercise",
    [
        result("passed", "passed"),
        result("failed", "error"),
        result("timeout", "passed"),
        result("failed", "crashed"),
        result("failed", "failed", message="f is not written yet"),
        result(mistake="triples"),
        result(hint="Repair `g` first: its own checks fail."),
        result(hint="f needs `g` first."),
    ],
)
def test_nothing_is_tried_where_something_else_is_said(exercise: ExerciseResult) -> None:
    assert told(THRICE, exercise) == exercise


def test_a_change_that_spoils_what_held_does_not_count() -> None:
    helps_once = Slip("number", "cell 2", 2, "3", "return 3 * x", "def f(x):\n    return 2 * x + (x.size == 2)")
    assert told(THRICE, slips=[helps_once]).checks[0].mistake is None


def test_of_changes_that_mend_a_part_the_best_is_told() -> None:
    wrong = "def f(x):\n    return 3 * x + 1"  # fails both checks
    mends_one = Slip("number", "cell 2", 2, "3", "", "def f(x):\n    return 2 * x + (x.size == 2)")
    mends_all = Slip("too_much", "cell 2", 2, "3", "", "def f(x):\n    return 2 * x")
    spoils = Slip("axis", "cell 2", 2, "3", "", "def f(x):\n    return 2 * x + (x.size != 2)")
    both = result("failed", "failed")
    assert [each.mistake for each in told(wrong, both, [mends_one]).checks] == ["slip_number", None]
    assert [each.mistake for each in told(wrong, both, [mends_one, mends_all]).checks] == ["slip_too_much"] * 2
    assert [each.mistake for each in told(wrong, both, [spoils, mends_all]).checks] == ["slip_too_much"] * 2


def test_changed_code_that_is_no_code_is_passed_over() -> None:
    broken = [
        Slip("number", "cell 2", 2, "3", "return 3 * x", text) for text in ("def f(x:", "1 / 0", "del f", "f = 3")
    ]
    right = Slip("number", "cell 2", 2, "3", "return 3 * x", "def f(x):\n    return 2 * x")
    assert told(THRICE, slips=[*broken, right]).checks[0].mistake == "slip_number"


def test_code_that_does_not_end_with_a_change_is_left_alone_soon() -> None:
    tries = []

    @contextlib.contextmanager
    def opened(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        names: dict[str, Any] = {}
        exec(THRICE, names)
        tries.append(shared)
        if shared:
            raise Timeout("no end")
        yield Namespace(Local(names))

    slips = [Slip("number", "cell 2", 2, "3", "return 3 * x", THRICE)] * 100
    with_slips([result()], CHECKS, opened, ANSWERS, lambda _: slips)
    assert 2 < sum(tries) < 10


def test_an_exercise_that_waits_for_another_is_known_by_its_hint() -> None:
    (first, *_) = CHECKS
    student = Namespace(Local({"f": lambda x: 3 * x}))
    outcome = run(first, student, ANSWERS.reference(first), b"public")
    hint = repair_first(replace(first, exercise="g"), outcome, ["f"], ["f", "g"])
    assert hint
    assert waits_for_another(hint)
    assert not waits_for_another("Repair the axis.")


def test_hidden_inputs_are_not_asked(course: Course, grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same changes are tried on the same inputs for every student."""
    import autograder.checking.one_slip as module

    seen: dict[str, list[bytes]] = {}
    ran = module.run

    def noted(check: Check, student: Namespace, reference: Namespace, seed: bytes) -> Any:
        seen.setdefault(who, []).append(seed)
        return ran(check, student, reference, seed)

    monkeypatch.setattr(module, "run", noted)
    for who in ("ada", "bob"):
        grade(tiny.swapped(standardize=SLIP), student=who)
    assert seen["ada"] == seen["bob"]
    assert set(seen["ada"]) == {b"public"}
