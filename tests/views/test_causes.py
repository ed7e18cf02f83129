"""Why points were lost: each cause once, most expensive first, and nothing that is not lost."""

from __future__ import annotations

from autograder.report.report import CheckResult, ExerciseResult, for_student
from autograder.report.results import by_hand
from autograder.views.pages.causes import UNWRITTEN, causes
from tests.samples import check, report


def found(*exercises: ExerciseResult) -> list[tuple[str, float, tuple[str, ...]]]:
    return [(cause.sentence, cause.points, cause.exercises) for cause in causes(report(exercises=exercises))]


def wrong(points: float = 6.0, **said: object) -> CheckResult:
    return check("failed", max_points=points, **said)


def test_a_mistake_that_fails_many_checks_is_one_cause() -> None:
    named = [
        wrong(2.0, mistake="swapped", hint="Rows and columns."),
        wrong(3.0, mistake="swapped", hint="Rows and columns."),
    ]
    assert found(ExerciseResult("adam", (*named, check()))) == [("Rows and columns.", 5.0, ("adam",))]


def test_the_dearest_cause_comes_first() -> None:
    small = ExerciseResult("sgd", (wrong(2.0, mistake="a", hint="A."),))
    large = ExerciseResult("adam", (wrong(3.0, mistake="b", hint="B."),))
    assert [sentence for sentence, _, _ in found(small, large)] == ["B.", "A."]


def test_a_check_without_a_name_belongs_to_the_exercise_s_only_known_mistake() -> None:
    exercise = ExerciseResult("adam", (wrong(2.0, message="off"), wrong(3.0, mistake="b", hint="B.")))
    assert found(exercise) == [("B.", 5.0, ("adam",))]


def test_between_two_known_mistakes_nothing_is_guessed() -> None:
    named = [wrong(mistake=name, hint=f"{name}.") for name in "ab"]
    exercise = ExerciseResult("adam", (*named, wrong(1.0, message="off")))
    assert [(sentence, points) for sentence, points, _ in found(exercise)] == [("a.", 6.0), ("b.", 6.0), ("off", 1.0)]


def test_what_has_no_name_says_what_came_out() -> None:
    exercise = ExerciseResult("adam", (wrong(message="w: 1, expected 2\nmore"), wrong(message="w: 3, expected 2")))
    assert found(exercise) == [("w: 1, expected 2", 12.0, ("adam",))]


def test_exercises_that_wait_for_the_same_one_have_one_cause() -> None:
    advice = "Repair `im2col` first: its own checks fail."
    fast = [ExerciseResult(name, (wrong(hint=advice),)) for name in ("forward_fast", "backward_fast")]
    assert found(*fast) == [(advice, 12.0, ("forward_fast", "backward_fast"))]


def test_all_that_is_not_written_is_one_cause() -> None:
    stubs = [
        ExerciseResult(name, (wrong(message=f"{name} is not written yet"), wrong(public=False))) for name in ("a", "b")
    ]
    assert found(*stubs) == [(UNWRITTEN, 24.0, ("a", "b"))]


def test_what_is_pending_or_a_fault_of_ours_is_not_lost() -> None:
    assert found(ExerciseResult("adam", (check("pending"), check("error"), check()))) == []


def test_of_partial_credit_the_rest_is_lost() -> None:
    assert found(ExerciseResult("fit", (check("failed", points=5.5, message="96 %"),))) == [("96 %", 0.5, ("fit",))]


def test_what_a_person_took_away_is_no_diagnosis() -> None:
    assert found(by_hand("written_1", 5.0, 2.0, "an answer")) == []


def test_a_student_s_causes_are_those_of_the_whole_report() -> None:
    hidden = wrong(4.0, mistake="b", hint="B.", message="got 7", public=False)
    whole = report(check("failed", mistake="b", hint="B.", message="got 1"), hidden)
    (mine,) = causes(for_student(whole))
    assert (mine.sentence, mine.points, mine.message) == ("B.", 10.0, "got 1")
