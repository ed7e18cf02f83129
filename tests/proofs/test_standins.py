"""Stand-ins find the checks that pass for code that does nothing."""

from __future__ import annotations

import textwrap
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.build import build
from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close, expect
from autograder.checking.declare import Check, StandIn, check, collect_standins
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.proofs.audit import audit
from autograder.proofs.standins import Earned, fixed_points, most_earned


class Adder:
    def __init__(self, start: float) -> None:
        self.total = start

    def add(self, n: float) -> float:
        self.total += n
        return self.total


def double(x: Any) -> Any:
    return 2 * x


ANSWERS = LiveAnswers({"double": double, "Adder": Adder, "answer": lambda: 42}, [])


def declared(claim: Any, exercise: str = "double", **options: Any) -> Check:
    # A copy without the module's names, because a second check with the same name is refused there.
    copied = types.FunctionType(claim.__code__, dict(globals()), claim.__name__, None, claim.__closure__)
    copied.__doc__ = "It holds."
    found: Check = check(exercise, points=4, **options)(copied).__checks__[0]  # type: ignore[attr-defined]
    return found


def earned(*checks: Check, own: tuple[StandIn, ...] = ()) -> Earned:
    (found,) = most_earned(checks, ANSWERS, own, b"ada")
    return found


def doubles(student: Any, reference: Any, rng: Any) -> None:
    x = rng.standard_normal((3, 2))
    close(student.double(x), reference.double(x))


def doubles_twos(student: Any, reference: Any) -> None:
    close(student.double(np.full(3, 2.0)), np.full(3, 4.0))


def is_finite(student: Any, rng: Any) -> None:
    expect(np.isfinite(student.double(rng.standard_normal(4))).all(), "finite numbers")


def has_the_shape(student: Any, rng: Any) -> None:
    expect(np.shape(student.double(rng.standard_normal(4))) == (4,), "a vector of four")


def test_a_check_of_values_on_random_inputs_gives_nothing_to_a_stand_in() -> None:
    assert earned(declared(doubles, public=True), declared(doubles)).points == 0


@pytest.mark.parametrize("claim", [is_finite, has_the_shape])
def test_a_check_of_a_property_gives_points_for_nothing(claim: Any) -> None:
    found = earned(declared(doubles, public=True), declared(claim))
    assert (found.points, found.of, found.checks) == (4, 8, (claim.__name__,))


def test_as_a_side_condition_it_does_not() -> None:
    assert earned(declared(doubles, public=True), declared(has_the_shape, side_condition=True)).points == 0


def test_a_recording_is_replayed_where_inputs_are_the_same_for_all() -> None:
    found = earned(declared(doubles_twos, public=True), declared(doubles))
    assert (found.points, found.name) == (4, "replays the release's recordings")


def test_a_class_has_stand_ins_too() -> None:
    def starts(student: Any, rng: Any) -> None:
        expect(student.Adder(1.0).add(rng.random()) != 7.0, "another number")

    assert earned(declared(starts, "Adder")).name.startswith("methods that return")


def test_what_an_author_has_thought_of_is_tried() -> None:
    def grows(student: Any, rng: Any) -> None:
        x = rng.random(3) + 1.0
        expect(np.all(student.double(x) > x + 0.5), "larger numbers")

    own = StandIn("double", "adds_one", lambda x: x + 1.0)
    assert earned(declared(grows)).points == 0
    assert earned(declared(grows), own=(own,)).name == "adds_one"


def test_exercises_that_hold_for_each_other_are_found() -> None:
    def undoes(student: Any, rng: Any) -> None:
        x = rng.random(3)
        close(student.halve(student.double(x)), x)

    answers = LiveAnswers({"double": double, "halve": lambda x: x / 2}, [])
    halves = declared(lambda student, rng: close(student.halve(rng.random(2)), rng.random(2)), "halve")
    both = most_earned([declared(undoes), halves], answers, (), b"ada")
    assert {each.exercise: each.name for each in both}["double"] == "returns argument 0, in every exercise"


def test_checks_with_the_same_inputs_for_everybody_are_told() -> None:
    checks = [declared(doubles, public=True), declared(doubles_twos)]
    assert fixed_points(checks, ANSWERS, (b"ada", b"bob")) == {"double": [checks[1]]}


def test_an_exercise_without_arguments_has_one_answer_only() -> None:
    def is_the_answer(student: Any, reference: Any) -> None:
        close(student.answer(), reference.answer())

    assert fixed_points([declared(is_the_answer, "answer")], ANSWERS, (b"ada", b"bob")) == {}


def test_a_file_of_stand_ins_is_read_and_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "standins.py"
    assert collect_standins(path, {"f"}) == []
    path.write_text("from autograder import stand_in\n\n@stand_in('f')\ndef nothing(x): ...\n")
    assert [(each.exercise, each.name) for each in collect_standins(path, {"f", "g"})] == [("f", "nothing")]
    with pytest.raises(CourseError, match="nothing stands in for 'f', which is not an exercise; did you mean 'ff'"):
        collect_standins(path, {"ff"})


def test_points_without_work_are_a_problem_of_an_audit(own_course: Course, isolation: str) -> None:
    checks = own_course.solutions_dir("tiny") / "checks.py"
    text = checks.read_text()
    assert '@check("descent", points=15)' in text
    checks.write_text(
        text.replace('@check("descent", points=15)', '@check("descent", points=1)')
        + textwrap.dedent(
            '''
            @check("descent", points=14)
            def descends_in_its_shape(student, rng):
                """It keeps the shape."""
                equal(np.shape(student.descent(lambda x: x, rng.random(3), 1)), (3,))
            '''
        )
    )
    own = own_course.solutions_dir("tiny") / "standins.py"
    own.write_text(
        "from autograder import stand_in\n\n@stand_in('Counter')\nclass seven:\n"
        "    total = 7\n    def __init__(self, start): self.total = start\n"
        "    def add(self, n):\n        self.total += n\n        return self.total\n"
    )
    build(own_course, "tiny")
    found = audit(own_course, "tiny", isolation)
    assert "work without an honest implementation earns 39 points; 20 are the most" in found.problems
    assert found.to_dict()["unworked"]["points"] == found.unworked_points == 39
    assert "    25 of 25 for Counter: seven" in found.lines()


def test_fixed_inputs_are_a_problem_of_an_audit(own_course: Course, isolation: str) -> None:
    checks = own_course.solutions_dir("tiny") / "checks.py"
    text = checks.read_text()
    assert "    x = np.array([1.0, -2.0 - rng.random()])\n" in text
    checks.write_text(text.replace("    x = np.array([1.0, -2.0 - rng.random()])\n", "    x = np.array([1.0, -2.0])\n"))
    build(own_course, "tiny")
    assert (
        "10 of the 25 points of descent are for inputs that are the same for every student (descends_two_steps); "
        "a fifth is the most"
    ) in audit(own_course, "tiny", isolation).problems
