"""Statistics of a class, compared with numbers computed by hand."""

from __future__ import annotations

import pytest

from autograder.report.report import ExerciseResult, Report
from autograder.views.pages import classwide
from tests.samples import check, report


def graded(first: float, second: float, **changes: object) -> Report:
    """Points out of 6 in `sgd` and in `adam`, with one check each."""
    exercises = tuple(
        ExerciseResult(name, (check("passed" if points == 6 else "failed", points=points, duration_s=points / 100),))
        for name, points in (("sgd", first), ("adam", second))
    )
    return report(exercises=exercises, **changes)


FIVE = [graded(6, 6), graded(6, 3), graded(3, 3), graded(0, 0), graded(0, 3)]


def test_pass_rate_points_and_time_of_an_exercise() -> None:
    sgd, adam = classwide.exercises(FIVE)
    assert (sgd.exercise, sgd.judged, sgd.passed, sgd.share, sgd.seconds) == ("sgd", 5, 2, 0.5, 0.03)
    assert (adam.passed, adam.share) == (1, 0.5)


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    # sgd 6 6 3 0 0, adam 6 3 3 0 3: deviations 3 3 0 -3 -3 and 3 0 0 -3 0; r = 18 / sqrt(36 * 18)
    sgd, adam = classwide.exercises(FIVE * 2)
    assert sgd.discrimination == adam.discrimination == pytest.approx(18 / (36 * 18) ** 0.5)


def test_a_check_is_held_against_all_other_points_of_its_own_exercise_too() -> None:
    def two(first: str, second: str) -> Report:
        return report(check(first, title="first"), check(second, title="second"))

    both, none = two("passed", "passed"), two("failed", "failed")
    first, second = classwide.checks([both, both, none, none, two("passed", "failed")] * 2)
    # first 1 1 0 0 1, second 1 1 0 0 0: for binary results, r is the phi coefficient of the 2 x 2 table
    assert first.discrimination == second.discrimination == pytest.approx((2 * 2 - 1 * 0) / (3 * 2 * 2 * 3) ** 0.5)


@pytest.mark.parametrize("reports", [FIVE, [graded(6, 6)] * 10], ids=["few", "all the same"])
def test_where_nothing_can_be_said_there_is_no_correlation(reports: list[Report]) -> None:
    assert classwide.exercises(reports)[0].discrimination is None


def test_what_is_pending_or_a_fault_of_ours_has_no_verdict() -> None:
    (item,) = classwide.exercises([report(check()), report(check("pending")), report(check("error"))])
    assert (item.judged, item.passed, item.share) == (1, 1, 1.0)
    (item,) = classwide.checks([report(check("pending"))])
    assert (item.judged, item.passed) == (0, 0)


def test_of_an_exercise_that_is_pending_in_part_the_rest_counts() -> None:
    (item,) = classwide.exercises([report(check(), check("failed", points=3.0), check("pending"))])
    assert (item.judged, item.passed, item.share) == (1, 0, 0.75)


def test_what_has_no_points_is_not_counted() -> None:
    assert classwide.exercises([report(check("failed", max_points=0.0))]) == []


def test_the_most_frequent_mistake_comes_first_and_counts_once_for_each_submission() -> None:
    swapped = check("failed", mistake="swapped", hint="Rows and columns.")
    rare = report(check("failed", mistake="rare"), submission="ada")
    found = classwide.mistakes([rare, report(swapped, swapped, submission="bob"), report(swapped, submission="cem")])
    assert [(each.mistake, each.says, [who.submission for who in each.reports]) for each in found] == [
        ("swapped", "Rows and columns.", ["bob", "cem"]),
        ("rare", "", ["ada"]),
    ]


def timed(*seconds: float) -> list[Report]:
    return [report(check(), submission=str(each), duration_s=each) for each in seconds]


def test_who_took_far_longer_than_the_quartiles_say_is_slow() -> None:
    # quartiles 2 and 4 of 1 2 3 4 ...: the fence is at 4 + 3 * 2 = 10
    assert [each.duration_s for each in classwide.slow(timed(1, 2, 3, 4, 10.5))] == [10.5]
    assert classwide.slow(timed(1, 2, 3, 4, 9.5)) == []


def test_less_than_a_second_is_not_slow_and_of_few_nobody_is() -> None:
    assert classwide.slow(timed(0.01, 0.01, 0.01, 0.01, 0.9)) == []
    assert classwide.slow(timed(1, 1, 1, 90)) == []


# ---- failures without a name


def unnamed(digest: str, submission: str, message: str = "") -> Report:
    checks = (check("failed", public=False, message="hidden"), check("failed", message=message))
    return report(exercises=(ExerciseResult("adam", checks, digest=digest),), submission=submission)


def test_what_returned_the_same_is_a_group_the_largest_first() -> None:
    found = classwide.groups([unnamed("b", "alice"), unnamed("a", "bob", "off by 2"), unnamed("a", "cem", "other")])
    assert [[each.submission for each in group.reports] for group in found] == [["bob", "cem"], ["alice"]]
    assert (found[0].exercise, found[0].message) == ("adam", "off by 2")


def test_the_same_digest_in_another_exercise_is_another_group() -> None:
    other = report(exercises=(ExerciseResult("sgd", (check("failed"),), digest="a"),), submission="bob")
    assert len(classwide.groups([unnamed("a", "alice"), other])) == 2


def test_what_has_no_digest_is_in_no_group() -> None:
    assert classwide.groups([report(check("failed")), report(check("failed"))]) == []
