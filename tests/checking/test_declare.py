"""How checks and mistakes are declared, found and run, and who is to blame for an exception in a check."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import math
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checking.declare import Check, check, collect, collect_mistakes, load_module, mistake, question, slip
from autograder.checking.run import PUBLIC_SEED, Outcome, blame, exercises_in_order, run, seed_for, seed_of
from autograder.errors import CourseError, Failure, SandboxLost, Timeout
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local

SEED = b"seed"


def declared(function: Callable[..., None], *, public: bool = False) -> Check:
    function.__doc__ = function.__doc__ or "Holds."
    result: Check = check("f", points=1, public=public)(function).__checks__[0]  # type: ignore[attr-defined]
    return result


def ran(function: Callable[..., None], f: Callable[..., Any] = lambda: 1) -> Outcome:
    reference = Namespace(Local({"f": lambda: 1}), trusted=True)
    return run(declared(function), Namespace(Local({"f": f})), reference, SEED)


def blamed(function: Callable[..., None], f: Callable[..., Any] = lambda: 1) -> Outcome:
    return blame(declared(function), ran(function, f), ran(function))


def write(folder: Path, text: str, name: str = "checks.py") -> Path:
    path = folder / name
    path.write_text("from autograder import check, mistake, question, slip\n" + textwrap.dedent(text))
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


@pytest.mark.parametrize("name", ["get", "put", "module", "probe", "_request", "__init__"])
def test_an_exercise_whose_name_means_something_else_in_a_check_is_refused(tmp_path: Path, name: str) -> None:
    text = f"@check({name!r}, points=1)\ndef holds(student):\n    'A title.'\n"
    with pytest.raises(CourseError, match=f"exercise called {name}, .* give the exercise another name"):
        collect(write(tmp_path, text))


@pytest.mark.parametrize("name", ["value_of", "called", "reused", "replies", "value", "call", "label", "request"])
def test_an_exercise_may_have_any_other_name(tmp_path: Path, name: str) -> None:
    text = f"@check({name!r}, points=1)\ndef holds(student):\n    'A title.'\n    assert student.{name}() == 1\n"
    (found,) = collect(write(tmp_path, text))
    assert run(found, Namespace(Local({name: lambda: 1})), Namespace(Local({})), SEED).status == "passed"


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

    with pytest.raises(
        CourseError, match=r"takes \['teacher'\]; it can take student, reference, rng, seed, exercise, evidence"
    ):
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
    with pytest.raises(CourseError, match="does not exist or is not a Python file"):
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


# ---- several exercises, questions, slips -----------------------------------------------------------------------------


def test_a_check_of_several_exercises_is_one_of_each_and_knows_which(tmp_path: Path) -> None:
    asked = """
    @check("f", "g", points=2)
    def answers(student, exercise):
        "{exercise} gives its name."
        if getattr(student, exercise)() != exercise:
            raise AssertionError(exercise)
    """
    found = collect(write(tmp_path, asked))
    assert [(c.name, c.exercise, c.title, c.points) for c in found] == [
        ("answers[f]", "f", "f gives its name.", 2),
        ("answers[g]", "g", "g gives its name.", 2),
    ]
    student = Namespace(Local({"f": lambda: "f", "g": lambda: "f"}))
    assert [run(c, student, student, SEED).status for c in found] == ["passed", "failed"]
    assert seed_for(found[0], SEED) != seed_for(found[1], SEED)


def test_a_check_is_of_an_exercise() -> None:
    with pytest.raises(CourseError, match="the check nothing is of no exercise"):

        @check(points=1)
        def nothing() -> None:
            """Holds."""


def test_a_seed_is_each_student_s_own_and_fits_every_generator() -> None:
    seeds: list[int] = []

    def takes_it(seed: int) -> None:
        seeds.append(seed)

    for number in range(50):
        run(declared(takes_it), Namespace(Local({})), Namespace(Local({})), str(number).encode())
    run(declared(takes_it), Namespace(Local({})), Namespace(Local({})), b"0")
    assert len(set(seeds)) == 50
    assert seeds[-1] == seeds[0]
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_question_is_the_check_of_the_answer_of_its_name(tmp_path: Path) -> None:
    (found,) = collect(write(tmp_path, 'q_sum = question("The sum.", rtol=0.01, hint="add them")\n'))
    assert (found.name, found.exercise, found.title, found.points, found.public) == (
        "q_sum",
        "q_sum",
        "The sum.",
        0,
        True,
    )
    right = Namespace(Local({"q_sum": 10.0}), trusted=True)
    assert run(found, Namespace(Local({"q_sum": 10.05})), right, SEED).status == "passed"
    wrong = run(found, Namespace(Local({"q_sum": 11})), right, SEED)
    assert (wrong.status, wrong.message) == (
        "failed", "q_sum = 11 is not right (1 % would be close enough); add them"
    )  # fmt: skip


def test_a_question_has_a_title() -> None:
    with pytest.raises(CourseError, match="a question has no title"):
        question(" ")


TWICE = "import numpy as np\n\ndef twice(x):\n    y = x + x\n    return y\n"


def test_a_slip_is_the_reference_with_an_edit(tmp_path: Path) -> None:
    text = 'slip("twice", "x + x", "x + helper(x)", "return y", "return -y", name="other", says="S", raises="E")\n'
    (found,) = collect_mistakes(write(tmp_path, text, "mistakes.py"))
    made = found.made(TWICE, {"helper": lambda x: 10}, "mistakes.py")
    assert (made.name, made.exercise, made.says, made.raises) == ("other", "twice", "S", ("E",))
    assert made.implementation(1) == -11


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("x * x", "x"), r"'x \* x' stands 0 times in twice, not once"),
        (("x", "z"), "'x' stands 3 times"),
        (("y = x", "y = x"), "'y = x' is replaced by itself"),
        (("return y", "return ("), "cannot be loaded: SyntaxError"),
        (("def twice", "def thrice"), "does not define twice any more"),
    ],
)
def test_a_slip_that_is_none_is_refused(edit: tuple[str, str], said: str, tmp_path: Path) -> None:
    (found,) = collect_mistakes(write(tmp_path, f"slip('twice', *{edit!r}, name='n', says='S')\n", "mistakes.py"))
    with pytest.raises(CourseError, match=f"the slip n.*{said}"):
        found.made(TWICE, {}, "mistakes.py")


@pytest.mark.parametrize("source", [TWICE, TWICE.strip()])
def test_a_slip_may_name_the_last_line_whole(source: str, tmp_path: Path) -> None:
    text = "slip('twice', '    return y\\n', '    return -y\\n', name='n', says='S')\n"
    (found,) = collect_mistakes(write(tmp_path, text, "mistakes.py"))
    assert found.edited(source) == TWICE.strip().replace("return y", "return -y")


@pytest.mark.parametrize("edits", [(), ("a",), ("a", "b", "c")])
def test_a_slip_takes_pairs(edits: tuple[str, ...]) -> None:
    with pytest.raises(CourseError, match="the slip n takes pairs of texts"):
        slip("twice", *edits, name="n", says="S")


# ---- seeds ----------------------------------------------------------------------------------------------------------


def drawn(public: bool, seed: bytes) -> float:
    values = []

    def draws(rng: np.random.Generator) -> None:
        values.append(rng.random())

    run(declared(draws, public=public), Namespace(Local({})), Namespace(Local({})), seed)
    return values[0]


@pytest.mark.parametrize("public", [False, True])
def test_inputs_depend_on_the_seed(public: bool) -> None:
    assert drawn(public, b"a") == drawn(public, b"a")
    assert len({drawn(public, seed) for seed in (b"a", b"b", PUBLIC_SEED)}) == 3


def test_the_seed_is_the_hmac_that_the_manual_names() -> None:
    assert seed_of(b"secret", "ada") == hmac.new(b"secret", b"ada", hashlib.sha256).digest()
    assert seed_of(b"secret", "ada") != seed_of(b"secret", "bob")
    assert seed_of(b"secret", "ada") != seed_of(b"other", "ada")
    assert seed_of(b"secret", "\udcff")  # a file name that is not valid UTF-8


def test_two_checks_of_one_student_have_different_inputs() -> None:
    def one(rng: Any) -> None: ...
    def two(rng: Any) -> None: ...

    assert seed_for(declared(one), SEED) != seed_for(declared(two), SEED)


# ---- side conditions ------------------------------------------------------------------------------------------------

BESIDE = """
    @check("f", points=1, {value})
    def value(student):
        "It is one."

    @check("f", points=1, side_condition=True, {condition})
    def unchanged(student):
        "It leaves its input alone."
"""


@pytest.mark.parametrize(
    ("value", "condition", "fault"),
    [
        ("side_condition=True", "", "no other check to earn it"),
        ("gpu=True", "", "no other check to earn it"),  # pending on most machines
        ("", "public=True", "no other public check to earn it"),
        ("", "gpu=True", "cannot be a side condition"),
    ],
)
def test_a_side_condition_stands_beside_a_check_that_can_earn_it(
    tmp_path: Path, value: str, condition: str, fault: str
) -> None:
    with pytest.raises(CourseError, match=fault):
        collect(write(tmp_path, BESIDE.format(value=value, condition=condition)))


@pytest.mark.parametrize(("value", "condition"), [("", ""), ("public=True", ""), ("public=True", "public=True")])
def test_a_side_condition_beside_a_value_is_collected(tmp_path: Path, value: str, condition: str) -> None:
    found = collect(write(tmp_path, BESIDE.format(value=value, condition=condition)))
    assert [check.side_condition for check in found] == [False, True]


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


def test_a_check_that_raises_is_told_with_file_and_line() -> None:
    def broken(student: Any) -> None:
        student.f()
        {}["typo"]

    line = broken.__code__.co_firstlineno + 2
    assert blamed(broken).message == f"the check itself raised KeyError: 'typo' (checking/test_declare.py, line {line})"


@pytest.mark.parametrize("coding_error", ["nmae", "np.summ", "importlib.import_module('nowhere_at_all')"])
def test_a_slip_in_what_only_wrong_work_reaches_is_ours(coding_error: str) -> None:
    def fails_badly(student: Any) -> None:
        if student.f() != 1:
            eval(coding_error, {"np": np, "importlib": importlib})

    outcome = blamed(fails_badly, lambda: 2)
    assert outcome.status == "error"
    assert "the check itself raised" in outcome.message


def test_a_student_is_not_told_the_lines_of_a_check() -> None:
    def looks_up(student: Any) -> None:
        {1: "one"}[student.f()]

    outcome = blamed(looks_up, lambda: 2)
    assert (outcome.status, outcome.message) == (
        "failed",
        "f: the check could not work with what it returned, 2; expected 1 (KeyError: 2)",
    )


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
        reference = Namespace(Local({"g": lambda x: x + 1}), trusted=True)
        return run(declared(feeds), Namespace(Local({"f": f})), reference, SEED)

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

    return check("f", points=1, **options)(claim).__checks__[0]  # type: ignore[attr-defined,no-any-return]


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
