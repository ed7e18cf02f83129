"""`grade` warns staff if a release differs from what solutions/ would give, or its points are not 100."""

from __future__ import annotations

import pytest

from autograder.authoring import stale
from autograder.checking.answers import load_live
from autograder.course.course import Course
from autograder.report.report import CheckResult, ExerciseResult, Report
from autograder.submission.release import Release
from tests.conftest import edit

CHECKS, SCRIPT = "solutions/tiny/checks.py", "solutions/tiny/tiny.py"


def warnings(course: Course) -> list[str]:
    """The warnings after a class was graded by the current checks."""
    results: dict[str, list[CheckResult]] = {}
    for each in load_live(course, "tiny")[0]:
        result = CheckResult(each.name, each.title, 0.0, each.points, each.public, "failed")
        results.setdefault(each.exercise, []).append(result)
    exercises = tuple(ExerciseResult(name, tuple(found)) for name, found in results.items())
    report = Report("tiny", "ada", exercises, "process", "00", {})
    return stale.warnings(course, Release.load(course.release_dir("tiny"), "tiny"), report)


def test_nothing_is_said_of_a_release_that_is_up_to_date(course: Course) -> None:
    assert warnings(course) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (CHECKS, "lambda x: 2 * x, x, 2), reference", "lambda x: 2 * x, x, 2), 0 * x + reference", "test_tiny.py"),
        (SCRIPT, "    def add(self, n):", "    def add(self, n=1):", "tiny.py"),
        (SCRIPT, "import matplotlib.pyplot as plt", "import matplotlib.pyplot as plot", "tiny.py"),
        (SCRIPT, 'exercise:q_height"]', 'exersise:q_height"]', "unknown tag"),
    ],
)
def test_a_release_of_other_sources_is_told_with_what_to_run(
    own_course: Course, file: str, old: str, new: str, what: str
) -> None:
    edit(own_course, file, old, new)
    (said,) = warnings(own_course)
    assert what in said
    assert said.startswith("students have a release of tiny that is not what solutions/ gives now (")
    assert said.endswith("; run: autograder build tiny")


def test_points_that_moved_between_hidden_checks_of_two_exercises_are_told(own_course: Course) -> None:
    edit(own_course, CHECKS, '@check("standardize", points=30)', '@check("standardize", points=25)')
    edit(own_course, CHECKS, '@check("descent", points=15)', '@check("descent", points=20)')
    (said,) = warnings(own_course)
    assert "(the points of standardize, descent)" in said


def test_points_that_are_not_100_are_told(own_course: Course) -> None:
    edit(own_course, CHECKS, '@check("standardize", points=30)', '@check("standardize", points=20)')
    assert warnings(own_course)[0] == "the points of tiny sum to 90, expected 100"


def test_points_of_written_answers_count(own_course: Course) -> None:
    from autograder.authoring.build import build

    edit(own_course, CHECKS, '@check("standardize", points=30)', '@check("standardize", points=20)')
    edit(own_course, SCRIPT, "# %% [markdown]\n# # Tiny\n", '# %% [markdown] tags=["written:10"]\n# Why?\n')
    build(own_course, "tiny")
    assert warnings(own_course) == []


def test_what_a_solution_or_prose_says_is_not_what_students_were_given(own_course: Course) -> None:
    edit(own_course, SCRIPT, "# # Tiny", "# # Small")
    edit(own_course, SCRIPT, "        x = x - rate * gradient(x)", "        x = x - gradient(x) * rate")
    assert warnings(own_course) == []
