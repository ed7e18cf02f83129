"""How checks and mistakes are declared, found and run, and whose fault an exception in one is."""

from __future__ import annotations

import hashlib
import hmac
import math
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks import (
    PUBLIC_SEED,
    Check,
    Outcome,
    blame,
    check,
    collect,
    collect_mistakes,
    exercises_in_order,
    load_module,
    mistake,
    run,
    seed_for,
    seed_of,
)
from autograder.errors import CourseError, Failure, SandboxLost, Timeout
from autograder.namespace import Namespace, local

SEED = b"seed"


def declared(function: Callable[..., None], *, public: bool = False) -> Check:
    function.__doc__ = function.__doc__ or "Holds."
    result: Check = check("f", points=1, public=public)(function).__check__  # type: ignore[attr-defined]
    return result


def ran(function: Callable[..., None], f: Callable[..., Any] = lambda: 1) -> Outcome:
    reference = Namespace(local({"f": lambda: 1}), trusted=True)
    return run(declared(function), Namespace(local({"f": f})), reference, SEED)


def blamed(function: Callable[..., None], f: Callable[..., Any] = lambda: 1) -> Outcome:
    return blame(declared(function), ran(function, f), ran(function))


def write(folder: Path, text: str, name: str = "checks.py") -> Path:
    path = folder / name
    path.write_text("from autograder import check, mistake\n" + textwrap.dedent(text))
    return path


# ---- declaring ------------------------------------------------------------------------------------------------------


def test_the_first_paragraph_of_the_docstring_is_the_title() -> None:
    def holds(student: Any) -> None:
        """The rows
        add up.

        How it is judged.
        """

    found = declared(holds, public=True)
    assert (found.title, found.points, found.public, found.exercise) == ("The rows add up.", 1.0, True, "f")


@pytest.mark.parametrize("points", [-1, -0.01, math.nan, math.inf])
def test_points_are_finite_and_not_negative(points: float) -> None:
    with pytest.raises(CourseError, match="points; they must be 0 or more"):
        _declare(points=points)


def _declare(**options: Any) -> None:
    def claim(student: Any) -> None:
        """A title."""

    check("f", **({"points": 1} | options))(claim)


@pytest.mark.parametrize("timeout_s", [0, -1, math.nan])
def test_a_time_limit_is_positive(timeout_s: float) -> None:
    with pytest.raises(CourseError, match="it must be positive"):
        _declare(timeout_s=timeout_s)


def test_a_check_without_a_title_is_refused() -> None:
    def untitled(student: Any) -> None: ...

    with pytest.raises(CourseError, match="the check untitled has no docstring"):
        check("f", points=1)(untitled)


def test_an_unknown_parameter_is_refused() -> None:
    def strange(student: Any, teacher: Any) -> None:
        """A title."""

    with pytest.raises(CourseError, match=r"takes \['teacher'\]; it can take student, reference, rng, evidence"):
        check("f", points=1)(strange)


# ---- finding --------------------------------------------------------------------------------------------------------


def test_checks_are_found_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    found = collect(
        write(
            tmp_path,
            """
            @check("g", points=1)
            def zebra(student):
                "Z."
            @check("f", points=2)
            def ape(student):
                "A."
            @check("g", points=0)
            def cat(student):
                "C."
            """,
        )
    )
    assert [c.name for c in found] == ["zebra", "ape", "cat"]
    assert exercises_in_order(found) == ["g", "f"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
        ("def f(:", "cannot be loaded: SyntaxError"),
        (
            "@check('f', points=1)\ndef a(student):\n    'A.'\n@check('f', points=1)\ndef a(student):\n    'B.'",
            "two checks",
        ),
    ],
)
def test_a_faulty_course_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message) as caught:
        collect(write(tmp_path, text))
    assert str(tmp_path / "checks.py") in str(caught.value)


@pytest.mark.parametrize("name", ["missing.py", "notes.txt"])
def test_a_file_that_is_no_python_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(CourseError, match="does not exist or is no Python file"):
        load_module(tmp_path / name)


def test_a_course_file_may_define_dataclasses(tmp_path: Path) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass, field\n"
    path = tmp_path / "checks.py"
    path.write_text(text + "@dataclass\nclass Case:\n    n: int = field(default=3)\n")
    assert load_module(path).Case().n == 3


def test_mistakes_are_found_with_their_names(tmp_path: Path) -> None:
    text = "@mistake('f', says='S')\ndef wrong(x): ...\nmistake('q', says='T', name='five')(5)\n"
    found = collect_mistakes(write(tmp_path, text, "mistakes.py"))
    assert [(m.name, m.exercise, m.says) for m in found] == [("wrong", "f", "S"), ("five", "q", "T")]
    assert found[1].implementation == 5


def test_mistakes_have_names_of_their_own(tmp_path: Path) -> None:
    text = "mistake('f', says='S', name='a')(1)\nmistake('q', says='T', name='a')(2)\n"
    with pytest.raises(CourseError, match="two mistakes are called a"):
        collect_mistakes(write(tmp_path, text, "mistakes.py"))
    assert collect_mistakes(write(tmp_path, "x = 1", "none.py")) == []


def test_a_mistake_that_is_a_plain_value_needs_a_name() -> None:
    with pytest.raises(CourseError, match="a mistake of q is the plain value 5; give it a name="):
        mistake("q", says="S")(5)


# ---- seeds ----------------------------------------------------------------------------------------------------------


def drawn(public: bool, seed: bytes) -> float:
    values = []

    def draws(rng: np.random.Generator) -> None:
        values.append(rng.random())

    run(declared(draws, public=public), Namespace(local({})), Namespace(local({})), seed)
    return values[0]


def test_hidden_inputs_depend_on_the_seed_and_public_ones_do_not() -> None:
    assert drawn(False, b"a") == drawn(False, b"a")
    assert drawn(False, b"a") != drawn(False, b"b")
    assert drawn(True, b"a") == drawn(True, b"b") == drawn(True, PUBLIC_SEED)


def test_the_seed_is_the_hmac_that_the_manual_names() -> None:
    assert seed_of(b"secret", "ada") == hmac.new(b"secret", b"ada", hashlib.sha256).digest()
    assert seed_of(b"secret", "ada") != seed_of(b"secret", "bob")
    assert seed_of(b"secret", "ada") != seed_of(b"other", "ada")
    assert seed_of(b"secret", "\udcff")  # a file name that is no UTF-8


def test_two_checks_of_one_student_have_different_inputs() -> None:
    def one(rng: Any) -> None: ...
    def two(rng: Any) -> None: ...

    assert seed_for(declared(one), SEED) != seed_for(declared(two), SEED)


# ---- running --------------------------------------------------------------------------------------------------------


def test_a_check_gets_the_parameters_that_it_names() -> None:
    seen: list[Any] = []

    def takes_two(rng: Any, student: Any) -> None:
        seen.extend([rng, student])

    assert ran(takes_two).status == "passed"
    assert isinstance(seen[0], np.random.Generator)
    assert isinstance(seen[1], Namespace)


def test_a_failure_has_its_own_status_and_message() -> None:
    def fails(student: Any) -> None:
        raise Failure("off")

    def waits(student: Any) -> None:
        raise Timeout("late")

    assert (ran(fails).status, ran(fails).message) == ("failed", "off")
    assert ran(waits).status == "timeout"


def test_a_plain_assert_is_a_failure() -> None:
    def bare(student: Any) -> None:
        assert student.f() == 2, "two"

    def mute(student: Any) -> None:
        raise AssertionError

    assert (ran(bare).status, ran(bare).message.split("\n")[0]) == ("failed", "two")
    assert ran(mute).message == "the check mute does not hold"


def test_a_verdict_does_not_depend_on_warning_filters() -> None:
    def warns(student: Any) -> None:
        np.mean([])
        np.float64(1) / np.float64(0)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ran(warns).status == "passed"


# ---- blame ----------------------------------------------------------------------------------------------------------


def test_an_exception_on_a_students_strange_data_is_a_failure_that_shows_the_data() -> None:
    def unpacks(student: Any) -> None:
        assert student.f() + 1 == 2

    outcome = blamed(unpacks, lambda: [1, 2])
    assert outcome.status == "failed"
    assert outcome.message.startswith(
        "f: the check could not work with what it returned, [1, 2]; expected 1 (TypeError"
    )


def test_an_exception_that_the_reference_provokes_too_is_ours() -> None:
    def broken(student: Any) -> None:
        student.f()
        raise KeyError("typo")

    assert blamed(broken).status == "error"


def test_an_exception_before_the_student_was_asked_is_ours() -> None:
    calls: list[int] = []

    def flaky(student: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("disk")
        student.f()

    assert blamed(flaky).status == "error"


def test_a_check_that_the_reference_fails_too_is_ours() -> None:
    def impossible(student: Any) -> None:
        student.f()
        raise Failure("never right")

    outcome = blamed(impossible)
    assert outcome.status == "error"
    assert outcome.message.startswith("the reference does not pass this check on the same inputs (never right)")


def test_a_reference_that_chokes_on_the_students_value_is_not_to_blame() -> None:
    def feeds(student: Any, reference: Any) -> None:
        reference.g(student.f())

    def outcome(f: Callable[[], Any]) -> Outcome:
        reference = Namespace(local({"g": lambda x: x + 1}), trusted=True)
        return run(declared(feeds), Namespace(local({"f": f})), reference, SEED)

    assert outcome(lambda: "text").status == "error"
    assert blame(declared(feeds), outcome(lambda: "text"), outcome(lambda: 1)).status == "failed"


# ---- checks that train, and partial credit ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "costly"), [({}, False), ({"trains": True}, True), ({"gpu": True}, True), ({"timeout_s": 60}, False)]
)
def test_a_check_that_trains_or_needs_a_gpu_is_costly(options: dict[str, Any], costly: bool) -> None:
    assert _declared(**options).costly is costly


def _declared(**options: Any) -> Check:
    def claim(student: Any) -> None:
        """A title."""

    return check("f", points=1, **options)(claim).__check__  # type: ignore[attr-defined,no-any-return]


def test_what_a_check_needs_is_as_declared() -> None:
    found = _declared(trains=True, gpu=True, alone=True)
    assert (found.trains, found.gpu, found.alone) == (True, True, True)
    plain = _declared()
    assert (plain.trains, plain.gpu, plain.alone) == (False, False, False)


def test_a_gpu_alone_is_for_checks_that_need_one() -> None:
    with pytest.raises(CourseError, match="is to have a GPU alone, and is not marked gpu=True"):
        _declare(alone=True)


def test_a_public_check_needs_no_gpu() -> None:
    with pytest.raises(CourseError, match="is public; one that needs a GPU cannot be recorded"):
        _declare(gpu=True, public=True)


def test_a_failure_may_earn_a_share_of_the_points() -> None:
    def half(student: Any) -> None:
        raise Failure("halfway", share=0.5)

    assert (ran(half).status, ran(half).message, ran(half).share) == ("failed", "halfway", 0.5)


def test_what_passes_earns_all_and_any_other_failure_nothing() -> None:
    def passes(student: Any) -> None: ...

    def fails(student: Any) -> None:
        raise Failure("no")

    def bare(student: Any) -> None:
        raise AssertionError

    def breaks(student: Any) -> None:
        raise KeyError("k")

    assert [ran(each).share for each in (passes, fails, bare, breaks)] == [1, 0, 0, 0]


@pytest.mark.parametrize("share", [1, 1.5, -0.1, math.nan, math.inf])
def test_a_share_is_less_than_the_whole(share: float) -> None:
    with pytest.raises(CourseError, match=r"it must be in \[0, 1\)"):
        Failure("almost", share=share)


def test_a_share_is_kept_where_the_reference_passes() -> None:
    def judged(student: Any) -> None:
        if student.f() != 1:
            raise Failure("halfway", share=0.5)

    outcome = blame(declared(judged), ran(judged, lambda: 2), ran(judged))
    assert (outcome.status, outcome.share) == ("failed", 0.5)


def test_a_share_is_nobody_s_where_the_reference_fails_too() -> None:
    def half(student: Any) -> None:
        raise Failure("halfway", share=0.5)

    outcome = blamed(half)
    assert (outcome.status, outcome.share) == ("error", 0)


def measuring() -> Callable[..., None]:
    def measures(student: Any, evidence: Any) -> None:
        evidence.number("f", student.f())
        if student.f() != 1:
            raise Failure("not one")

    return measures


@pytest.mark.parametrize(("value", "status"), [(1, "passed"), (2, "failed")])
def test_what_a_check_measured_is_kept_whether_it_holds_or_not(value: int, status: str) -> None:
    outcome = ran(measuring(), lambda: value)
    assert (outcome.status, [figure.data for figure in outcome.evidence]) == (status, [{"value": value}])


def test_each_run_has_evidence_of_its_own() -> None:
    measures = measuring()
    assert [len(ran(measures).evidence) for _ in range(2)] == [1, 1]


def test_what_was_measured_survives_the_blame() -> None:
    assert [figure.data for figure in blamed(measuring(), lambda: 2).evidence] == [{"value": 2}]


def test_a_measurement_that_cannot_be_shown_is_the_students_where_the_reference_has_one() -> None:
    assert blamed(measuring(), lambda: math.nan).status == "failed"
    assert "nan is not finite" in blamed(measuring(), lambda: math.nan).message


def test_a_sandbox_that_was_ended_from_outside_is_no_fault_of_the_student() -> None:
    def loses(student: Namespace) -> None:
        student.f()
        raise SandboxLost

    with pytest.raises(SandboxLost):
        blamed(loses)
