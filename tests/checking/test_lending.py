"""The course's own functions are lent to work that is right but for another exercise, so a bug costs points once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.build import build
from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close, equal
from autograder.checking.declare import Check, check
from autograder.checking.judge import judge
from autograder.checking.lending import lent, uses
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.grading.own_work import check_public
from autograder.intake.find import Found
from autograder.report.report import ExerciseResult, Report, for_student
from autograder.sandbox import Sandbox
from autograder.sandbox.child.wire import HANDLE, Reference
from autograder.sandbox.namespace import Handle, Namespace
from autograder.sandbox.transports import Local
from tests import tiny
from tests.conftest import edit

MOVED = "x = x - rate * gradient(x) + standardize(np.array([[1.0], [-1.0]]))[1][0]"
RIGHT = f"def descent(gradient, x, steps, rate=0.1):\n    for _ in range(steps):\n        {MOVED}\n    return x"
OFF = "def standardize(x, eps=1e-5):\n    return (x - x.mean(0)) / np.sqrt(x.var(0) + eps), x.mean(0) + 1, None"


@pytest.fixture(scope="module")
def linked(course: Course, isolation: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """A grader for a course in which `descent` calls `standardize`, whose second result is 0 there."""
    root = tmp_path_factory.mktemp("linked")
    own = Course.load(tiny.write_course(root))
    root.joinpath(".autograder").mkdir()
    root.joinpath(".autograder/secret").write_text("0123456789abcdef linked\n")
    edit(own, "solutions/tiny/tiny.py", "x = x - rate * gradient(x)", MOVED)
    build(own, "tiny")
    with Grader(own, "tiny", Options(isolation)) as grader:
        yield grader


def graded(grader: Grader, tmp_path: Path, **code: str) -> Report:
    path = tmp_path / "ada.py"
    path.write_text(tiny.swapped(**code))
    return grader.grade(Found("ada", path, None))


def points(report: Report) -> dict[str, float | None]:
    return {exercise.name: exercise.score for exercise in report.exercises}


def test_work_that_is_right_but_for_another_exercise_loses_nothing(linked: Grader, tmp_path: Path) -> None:
    report = graded(linked, tmp_path, standardize=OFF, descent=RIGHT)
    assert points(report) == {"standardize": 0, "Counter": 25, "descent": 25, "q_height": 0}
    said = "Judged with the course's own standardize, so that a fault there costs no points here."
    (descent,) = [exercise for exercise in for_student(report).exercises if exercise.name == "descent"]
    assert [check.hint for check in descent.checks] == [said, said]
    assert f"descent: {said}" in report.notes


def test_an_exercise_that_is_not_there_is_lent_too(linked: Grader, tmp_path: Path) -> None:
    assert points(graded(linked, tmp_path, standardize="", descent=RIGHT))["descent"] == 25


def test_nothing_is_said_where_nothing_was_lent(linked: Grader, tmp_path: Path) -> None:
    report = graded(linked, tmp_path, descent=RIGHT)
    assert report.score == 100
    assert not report.notes
    assert not any(check.hint for check in report.checks)


@pytest.mark.parametrize(
    "descent",
    [
        "def descent(gradient, x, steps, rate=0.1):\n    raise NotImplementedError('descent is not written yet')",
        "def descent(gradient, x, steps, rate=0.1):\n    return standardize(np.ones((3, 1)))[1] * x",
        RIGHT.replace("- rate", "+ rate"),
        RIGHT.replace("standardize(np.array(", "standardize(object(), np.array("),
        RIGHT.replace("np.array([[1.0], [-1.0]])", "'text'"),
    ],
    ids=["unwritten", "none of the work", "wrong by itself", "with an object", "with what it does not take"],
)
def test_a_loan_does_no_work(linked: Grader, tmp_path: Path, descent: str) -> None:
    report = graded(linked, tmp_path, standardize=OFF, descent=descent)
    assert points(report)["descent"] == 0
    assert report.fault is None  # it is not the grader's error


def test_what_is_lent_reaches_nobody(linked: Grader, tmp_path: Path) -> None:
    spy = RIGHT.replace("        x =", "        print('SEEN', standardize(np.array([[4.0], [5.0]]))[1])\n        x =")
    report = graded(linked, tmp_path, standardize=OFF, descent=spy)
    assert points(report)["descent"] == 25
    assert "SEEN [5.5]" in report.output  # the submission's own function, in a public check
    assert "SEEN [4.5]" not in report.output


REMEMBERS = """
def descent(gradient, x, steps, rate=0.1):
    import os
    if standardize(np.array([[1.0], [-1.0]]))[1][0] != 0:
        open("/tmp/asked", "w").close()
        return None
    if os.path.exists("/tmp/asked"):
        return None
    for _ in range(steps):
        x = x - rate * gradient(x)
    return x
"""


def test_what_was_remembered_before_is_gone_when_something_is_lent(linked: Grader, tmp_path: Path) -> None:
    if linked.options.isolation != "bubblewrap":
        pytest.skip("a plain process has no /tmp of its own")
    assert points(graded(linked, tmp_path, standardize=OFF, descent=REMEMBERS.strip()))["descent"] == 25


def test_at_home_nothing_is_lent(own_course: Course, own_sandbox: Sandbox) -> None:
    edit(own_course, "solutions/tiny/tiny.py", "x = x - rate * gradient(x)", MOVED)
    build(own_course, "tiny")
    release = own_course.release_dir("tiny")
    release.joinpath("tiny.py").write_text(
        tiny.in_script(release, tiny.parts() | {"standardize": OFF, "descent": RIGHT})
    )
    report = check_public(own_course, "tiny", None, own_sandbox)
    (descent,) = [exercise for exercise in report.exercises if exercise.name == "descent"]
    assert descent.score == 0


def test_an_exercise_uses_what_its_reference_names_directly_or_through_others() -> None:
    sources = [
        "import numpy as np\n\ndef a(x): return x",
        "def helper(x): return a(x)",
        "def b(x): return helper(x) + b(x - 1)",
        "class C:\n    def f(self): return b(1)",
        "d = 1",
    ]
    found = uses(sources, ["a", "b", "C", "d"])
    assert found == {"a": frozenset(), "b": {"a"}, "C": {"a", "b"}}


def test_a_lent_function_takes_and_gives_plain_data_only() -> None:
    handle = Handle(Namespace(Local({})), Reference(HANDLE, 0, "Value"))
    double = lent(lambda x: 2 * x)
    np.testing.assert_array_equal(double(np.ones(2)), 2 * np.ones(2))
    for given in ([handle], ({"a": (1, handle)},), [len]):
        with pytest.raises(TypeError, match="only plain data"):
            double(*given)
    with pytest.raises(TypeError, match="what only it can use"):
        lent(lambda: (1, handle))()


def test_what_a_lent_function_cannot_compute_is_the_submission_s_to_deal_with() -> None:
    def fails(*_: Any) -> None:
        raise CourseError("the reference's f raised KeyError: 'hidden' (line 7)")

    with pytest.raises(ValueError, match="does not take these arguments") as error:
        lent(fails)(1)
    assert "hidden" not in str(error.value)


# ---- what a check calls, and what cannot be sent --------------------------------------------------------------------

CHAIN = """
def step(x, w): return x * w, (x, w)
def step_back(dout, cache): return dout * cache[1]
def whole(x, w):
    out, first = step(x, w)
    out, second = step(out, w)
    return out, [first, second]
def whole_back(dout, caches):
    for cache in reversed(caches):
        dout = step_back(dout, cache)
    return dout
class Node:
    def __init__(self, *parents): self.parents = parents
def order(node): return [*(p for parent in node.parents for p in order(parent)), node]
def depth(levels):
    node = Node()
    for _ in range(levels):
        node = Node(node)
    return len(order(node))
"""


def chain_checks() -> list[Check]:
    """Checks of the functions of CHAIN, none of them public."""

    def steps(student: Any) -> None:
        """A step."""
        close(student.step(3.0, 2.0)[0], 6.0)

    def steps_back(student: Any) -> None:
        """A step back."""
        close(student.step_back(1.0, student.step(3.0, 2.0)[1]), 2.0)

    def goes(student: Any) -> None:
        """All steps."""
        close(student.whole(3.0, 2.0)[0], 12.0)

    def goes_back(student: Any) -> None:
        """All steps back."""
        close(student.whole_back(1.0, student.whole(3.0, 2.0)[1]), 4.0)

    def orders(student: Any) -> None:
        """An order."""
        equal(len(student.order(student.Node())), 1)

    def counts(student: Any) -> None:
        """A depth."""
        equal(student.depth(3), 4)

    plan = [("step", steps), ("step_back", steps_back), ("whole", goes), ("whole_back", goes_back),
            ("order", orders), ("depth", counts)]  # fmt: skip
    return [check(name, points=10)(claim).__checks__[0] for name, claim in plan]  # type: ignore[attr-defined]


def chain_judged(*edit: str) -> dict[str, ExerciseResult]:
    """What is found of CHAIN with this edit made."""
    built_on = {"whole": ["step"], "whole_back": ["step_back"], "depth": ["order"]}
    right: dict[str, Any] = {}
    exec(CHAIN, right)

    @contextlib.contextmanager
    def opened(*_: Any) -> Iterator[Namespace]:
        names: dict[str, Any] = {}
        assert edit[0] in CHAIN
        exec(CHAIN.replace(*edit), names)
        yield Namespace(Local(names))

    results = judge(chain_checks(), opened, LiveAnswers(right, [], uses=built_on), b"seed", 10.0)
    return {result.name: result for result in results}


def test_what_a_check_calls_may_build_on_a_broken_exercise_too() -> None:
    found = chain_judged("return x * w, (x, w)", "return x * w, (x, 3 * w)")
    assert found["step_back"].score == 0  # it is given that cache by the check itself
    found = chain_judged("return x * w, (x, w)", "return x + w, (w, x)")
    assert [found[name].score for name in ("step", "whole", "whole_back")] == [0, 10, 10]
    assert "own step and step_back" in found["whole_back"].checks[0].hint  # a cache of one fits the other


def test_what_could_not_be_lent_is_to_be_repaired_first() -> None:
    found = chain_judged("for p in order(parent)), node]", "for p in order(parent)), node, node]")
    assert found["depth"].score == 0
    assert found["depth"].checks[0].hint == "Repair `order` first: its own checks fail."
    (own,) = chain_judged("return len(order(node))", "return len(order(node)) + 1")["depth"].checks
    assert "Repair" not in own.hint
