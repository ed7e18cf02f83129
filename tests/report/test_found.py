"""A name that staff give to a failure is applied to reports that exist already."""

from __future__ import annotations

import json

from autograder.course.course import FoundMistake
from autograder.report.found import with_found
from autograder.report.report import ExerciseResult, Report, for_student
from tests.samples import check, report

FOUND = FoundMistake("adam_of_sines", "adam", "Why a sine?", "aa", "alice")


def failing(digest: str, mistake: str | None = None) -> Report:
    checks = (check("failed", mistake=mistake, hint="look", points=2.0), check())
    return report(exercises=(ExerciseResult("adam", checks, digest=digest),))


def shown(one: Report) -> list[tuple[str | None, str]]:
    return [(each.mistake, each.hint) for each in one.checks]


def test_what_fails_in_the_same_way_has_its_name_and_its_sentence_and_the_same_points() -> None:
    after = with_found(failing("aa", "a_general_rule"), [FOUND])
    assert shown(after) == [("adam_of_sines", "Why a sine?"), (None, "")]
    assert after.score == failing("aa").score


def test_what_has_a_name_has_no_digest_any_more() -> None:
    assert with_found(failing("aa"), [FOUND]).exercises[0].digest == ""


def test_another_failure_keeps_what_is_said_of_it() -> None:
    assert with_found(failing("bb"), [FOUND]) == failing("bb")


def test_the_same_digest_in_another_exercise_is_another_failure() -> None:
    other = FoundMistake("sgd_of_sines", "sgd", "Why a sine?", "aa", "alice")
    assert with_found(failing("aa"), [other]) == failing("aa")


def test_a_sentence_that_is_changed_later_reaches_those_that_have_the_name() -> None:
    assert shown(with_found(failing("", "adam_of_sines"), [FOUND]))[0] == ("adam_of_sines", "Why a sine?")


def test_a_digest_is_kept_in_the_file_and_not_shown_to_the_student() -> None:
    again = Report.from_dict(json.loads(json.dumps(failing("aa").to_dict())))
    assert again == failing("aa")
    assert "digest" not in json.dumps(for_student(again).to_dict())
