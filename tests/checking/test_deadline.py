"""The course's own code is ended if it takes too long, and the message says where it was."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from autograder.authoring.build import build
from autograder.checking.answers import load_live
from autograder.checking.deadline import deadline
from autograder.checking.declare import Check, StandIn
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.proofs.standins import most_earned
from tests import tiny
from tests.conftest import edit

# Code may be interrupted where Python prints exceptions instead of raising them, as in a callback of the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SHORT_S = 0.05
LOOP = "    for _ in range(steps):"


def spin() -> None:
    while True:
        pass


def spin_on() -> None:
    """Swallows the first interruption."""
    try:
        spin()
    except BaseException:
        spin()


@pytest.mark.parametrize("endless", [spin, spin_on, lambda: time.sleep(1e6)])
def test_what_never_ends_is_a_fault_of_ours(endless: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.checking.deadline._AGAIN_S", SHORT_S)
    said = r"^the reference did not end within 0.05 s.*; is there a loop without end\?$"
    with pytest.raises(CourseError, match=said), deadline(SHORT_S, "the reference"):
        endless()


class Lingering:
    """Has a slow destructor."""

    def __del__(self) -> None:
        end = time.process_time() + 3 * SHORT_S
        while time.process_time() < end:
            pass


class Clinging:
    def __del__(self) -> None:
        spin()


def test_a_destructor_is_not_interrupted_unless_it_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.checking.deadline._AGAIN_S", SHORT_S)
    monkeypatch.setattr("autograder.checking.deadline._CLOCK", 1e6)  # or the clock of a busy machine would interrupt it
    unraisable: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)

    def leave(going: type) -> None:
        going()
        spin()

    for going, printed in ((Lingering, 0), (Clinging, 1)):
        with pytest.raises(CourseError, match=r"^the reference did not end"), deadline(SHORT_S, "the reference"):
            leave(going)
        assert len(unraisable) == printed


def test_what_ends_in_time_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with deadline(60, "the reference"):
        pass
    with pytest.raises(ValueError, match="mine"), deadline(60, "the reference"):
        raise ValueError("mine")
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_of_two_deadlines_the_outer_one_is_in_charge() -> None:
    with pytest.raises(CourseError, match=r"^the check"), deadline(SHORT_S, "the check"), deadline(1e6, "a call"):
        spin()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short time limits for the course's own code."""
    monkeypatch.setattr("autograder.checking.answers._PATIENCE", 0.1)


@pytest.mark.usefixtures("hasty")
def test_build_names_the_check_in_which_the_reference_never_ends(own_course: Course) -> None:
    edit(own_course, "solutions/tiny/tiny.py", LOOP, "    while steps > 0:")
    said = (
        r"^the reference in the check descends_two_steps did not end within 1 s \(in \w+, line \d+\); is there a loop"
    )
    with pytest.raises(CourseError, match=said):
        build(own_course, "tiny")


@pytest.mark.usefixtures("hasty")
def test_build_names_the_mistake_that_never_ends(own_course: Course) -> None:
    edit(
        own_course,
        "solutions/tiny/mistakes.py",
        "    return x - rate * gradient(x)\n",
        "    while True:\n        pass\n",
    )
    said = r"^the mistake a_single_step in the check descends_two_steps did not end .*, line \d+ of mistakes.py"
    with pytest.raises(CourseError, match=said):
        build(own_course, "tiny")


@pytest.mark.usefixtures("hasty")
def test_build_names_the_script_that_is_never_loaded(own_course: Course) -> None:
    edit(own_course, "solutions/tiny/tiny.py", "import numpy as np\n", "import numpy as np\nwhile True:\n    pass\n")
    with pytest.raises(CourseError, match=r"tiny\.py: loading it did not end within 1 s \(in <module>, line 6\)"):
        build(own_course, "tiny")


@pytest.mark.usefixtures("hasty")
def test_a_reference_that_never_ends_for_one_student_is_nobody_s_zero(own_course: Course, isolation: str) -> None:
    edit(own_course, "solutions/tiny/tiny.py", LOOP, "    while steps == 5:\n        pass\n" + LOOP)
    path = own_course.root / "ada.py"
    path.write_text(tiny.SOLVED)
    with Grader(own_course, "tiny", Options(isolation)) as grader:
        report = grader.grade(Found("ada", path, None))
    (faulty,) = (check for check in report.checks if check.status != "passed")
    assert (faulty.name, faulty.status) == ("descends_five_steps", "error")
    assert "the reference in the check descends_five_steps did not end within 1 s" in faulty.message
    assert report.score is None


@pytest.mark.usefixtures("hasty")
def test_a_check_that_waits_for_ever_for_a_stand_in_is_ended(own_course: Course) -> None:
    head = "    x = rng.standard_normal(3)\n"
    edit(own_course, "solutions/tiny/checks.py", head, head + "    while student.descent(abs, x, 1) is None: pass\n")
    checks, answers = load_live(own_course, "tiny")
    endless = StandIn("descent", "returns nothing", lambda *args: None)
    (earned,) = most_earned([each for each in checks if each.exercise == "descent"], answers, [endless], b"seed")
    assert "descends_five_steps" not in earned.checks


def test_a_check_has_the_time_that_it_states(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder.checking import answers

    limits = []
    monkeypatch.setattr(answers, "deadline", lambda limit_s, what: limits.append(limit_s) or deadline(limit_s, what))
    live = answers.LiveAnswers({}, [], check_s=7)
    check = Check("c", "f", "", 1, True, None, spin)
    live.deadline(check, "the reference")
    live.deadline(Check("c", "f", "", 1, True, 100, spin), "the reference")
    assert limits == [21, 300]
