"""Points given by people: every assignment has 100 points in every table, whoever gives them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.authoring import stale
from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.gradebook.by_hand import read_points, with_points
from autograder.gradebook.gradebook import gradebook
from autograder.grading.grader import Grader, Rubric
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.integrations import classroom50, github, gradescope, junit
from autograder.integrations import csv as table
from autograder.proofs.audit import audit
from autograder.report.report import Report
from autograder.report.results import by_hand
from autograder.report.store import read, write
from autograder.submission.release import Release
from autograder.views.pages import render_report
from tests import samples, tiny
from tests.conftest import edit
from tests.isolation import ISOLATION


def answered(points: float | None = None, submission: str = "ada", earned: float = 72.0) -> Report:
    """Checks worth 90 points, and a written answer worth 10."""
    done = samples.check("failed", points=earned, max_points=90.0)
    report = samples.report(done, submission=submission)
    return with_written(report, points)


def with_written(report: Report, points: float | None) -> Report:
    return replace(report, exercises=(*report.exercises, by_hand("written_1", 10.0, points, "Because.")))


def given(tmp_path: Path, text: str, *reports: Report) -> list[Report]:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    points, _ = read_points(tmp_path / "points.csv", reports)
    return [with_points(each, points) for each in reports]


# ---- the report -----------------------------------------------------------------------------------------------------


def test_all_sums_are_of_the_whole_assignment() -> None:
    report = answered()
    assert (report.score, report.max_score, report.pending, report.by_hand) == (72.0, 100.0, 10.0, 10.0)


def test_points_that_were_given_are_in_the_score_and_nothing_is_pending() -> None:
    report = answered(7.0)
    assert (report.score, report.max_score, report.pending, report.by_hand) == (79.0, 100.0, 0.0, 0.0)


def test_the_json_has_the_checks_sums_and_the_answers_besides() -> None:
    data = answered().to_dict()
    assert (data["score"], data["max_score"], data["pending"]) == (72.0, 90.0, 0.0)
    assert [each["name"] for each in data["exercises"]] == ["adam"]
    assert data["manual"] == [{"name": "written_1", "max_score": 10.0, "score": None, "message": "Because."}]


@pytest.mark.parametrize("points", [None, 0.0, 7.0, 10.0])
def test_a_report_is_read_as_it_was_written(tmp_path: Path, points: float | None) -> None:
    report = answered(points)
    assert read(write(report, tmp_path)) == report


def test_a_report_without_written_answers_has_no_such_key() -> None:
    assert "manual" not in samples.report(samples.check()).to_dict()


def test_more_points_than_there_are_is_no_report() -> None:
    data = answered(7.0).to_dict()
    data["manual"][0]["score"] = 11.0
    with pytest.raises(CourseError, match=r"report.manual\[0\].score is 11"):
        Report.from_dict(data)


def test_a_written_answer_is_no_mistake() -> None:
    assert answered(3.0, earned=90.0).wrong == ("adam",)  # its status is `failed`


def test_the_page_shows_the_answer_and_says_whose_turn_it_is() -> None:
    page = render_report(answered())
    assert "10 points are for written answers, which a person will grade" in page
    assert "Because." in page
    assert "this machine could not grade them" not in page


def test_every_export_has_the_same_total(tmp_path: Path) -> None:
    report = answered(7.0)
    (tmp_path / "course.yml").write_text("title: T\nassignments: [{id: optimizers, title: O}]\n")
    run = classroom50.Run({}, datetime(2027, 1, 1, tzinfo=UTC))
    classroom, scope = json.loads(classroom50.render(report, run)), json.loads(gradescope.render(report))
    totals = {
        "classroom50": (classroom["score"], classroom["max-score"]),
        "gradescope": (scope["score"], sum(test["max_score"] for test in scope["tests"])),
        "junit": tuple(
            float(re.search(rf'"{key}" value="(.*?)"', junit.render([report]))[1]) for key in ("score", "max_score")
        ),
        "csv": tuple(float(cell) for cell in table.render([report]).split("\n")[1].split(",")[2:4]),
    }
    assert set(totals.values()) == {(79.0, 100.0)}
    assert "79 / 100" in html.unescape(github.summary([report]))


# ---- grading --------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(own_course: Course) -> Course:
    script = own_course.solutions_dir("tiny") / "tiny.py"
    script.write_text(script.read_text() + '\n# %% [markdown] tags=["written:5"]\n# Why?\n')
    edit(own_course, "solutions/tiny/checks.py", "points=30", "points=25")
    build(own_course, "tiny")
    return own_course


def hand_in(course: Course, answer: str, script: bool) -> str:
    release = course.release_dir("tiny")
    if script:
        return tiny.in_script(release, tiny.parts()).replace("# Why?", f"# {answer}")
    return json.dumps(tiny.in_notebook(release, tiny.parts())).replace("Why?", answer)


def test_an_answer_waits_with_its_text_and_who_wrote_nothing_gets_nothing(written: Course, tmp_path: Path) -> None:
    with Grader(written, "tiny", Options(ISOLATION)) as grader:
        for name, script in (("a.py", True), ("a.ipynb", False)):
            path = tmp_path / name
            path.write_text(hand_in(written, "Because it is.", script))
            report = grader.grade(Found("ada", path, None))
            assert (report.score, report.max_score, report.by_hand) == (95.0, 100.0, 5.0)
            assert report.checks[-1].message == "Because it is."
            path.write_text(hand_in(written, "Why?", script))
            report = grader.grade(Found("ada", path, None))
            assert (report.score, report.pending) == (95.0, 0.0)
        nothing = grader.grade(Found("ada", None, "no file"))
        assert (nothing.score, nothing.max_score, nothing.pending) == (0.0, 100.0, 0.0)
        lost = grader.unjudged(Found("ada", path, None), "its worker died")
        assert (lost.score, lost.max_score) == (None, 100.0)


def test_an_assignment_with_a_written_answer_is_as_its_audit_wants_it(written: Course) -> None:
    found = audit(written, "tiny", ISOLATION, students=1)
    assert not [each for each in found.problems if "points" in each or "written" in each or "reference" in each]
    assert "5 of the points are for written answers, which a person gives" in found.notes
    assert found.points == 100


def test_a_report_with_answers_is_no_sign_of_a_stale_release(written: Course, tmp_path: Path) -> None:
    report = Rubric(written, "tiny", Options(ISOLATION)).unjudged(Found("ada", None, "no file"), "its worker died")
    assert stale.warnings(written, Release.load(written.release_dir("tiny"), "tiny"), report) == []


# ---- a table of points ----------------------------------------------------------------------------------------------


def test_the_table_that_was_exported_brings_the_points_back(tmp_path: Path) -> None:
    reports = [answered(), answered(submission="=bob"), answered(submission="eve")]
    rows = list(csv.reader(io.StringIO(table.render(reports).lstrip("\ufeff"))))
    place = rows[0].index("written_1")
    assert [row[place] for row in rows[1:]] == ["", "", ""]
    rows[1][place], rows[2][place] = "7", "9.5"
    filled = io.StringIO()
    csv.writer(filled).writerows(rows)
    found = given(tmp_path, filled.getvalue(), *reports)
    assert [(each.score, each.pending) for each in found] == [(79.0, 0.0), (81.5, 0.0), (72.0, 10.0)]


@pytest.mark.parametrize(
    "text", ["student;written_1\nada;7,5\n", "student,written_1\nada,7.5\n", "submission\twritten_1\nada\t7,5\n"]
)
def test_a_table_of_ones_own_is_read_in_any_form(tmp_path: Path, text: str) -> None:
    (found,) = given(tmp_path, text, answered())
    assert found.score == 79.5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,written_1\nada,11\n", "line 2, written_1: 11 is not between 0 and 10 points"),
        ("student,written_1\nada,-1\n", "line 2, written_1: -1 is not between 0 and 10 points"),
        ("student,written_1\nada,good\n", "'good' is not a number of points"),
        ("student,written_1\nada,nan\n", "nan is not between 0 and 10 points"),
        ("student,written_1\nbob,3\n", "line 2: there is no report on 'bob'"),
        ("student,written_1\nada,3\nada,4\n", "line 3: a second row for ada"),
        ("student,written_2\nada,3\n", "no column is for a written answer; the answers are written_1"),
        ("name,written_1\nada,3\n", "there is no column 'student'"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_with_the_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        given(tmp_path, text, answered())


def test_of_several_assignments_the_table_says_which(tmp_path: Path) -> None:
    reports = [answered(), replace(answered(), assignment="conv")]
    with pytest.raises(CourseError, match="add a column 'assignment'"):
        given(tmp_path, "student,written_1\nada,3\n", *reports)
    found = given(tmp_path, "student,assignment,written_1\nada,conv,3\n", *reports)
    assert [each.score for each in found] == [72.0, 75.0]


def test_what_a_person_gives_in_place_of_checks_counts_and_settles_a_fault_of_ours() -> None:
    lost = with_written(samples.report(samples.check("error", max_points=90.0), submission="ada"), 7.0)
    (found,) = [with_points(lost, {("optimizers", "ada"): {"adam": 80.0}})]
    assert (lost.score, found.score, found.max_score) == (None, 87.0, 100.0)


# ---- the course's grades --------------------------------------------------------------------------------------------

COURSE = """\
title: T
assignments:
  - {id: optimizers, title: O, due: "2026-10-12 23:59:00+02:00", late: {penalty: 10%}}
"""


@pytest.mark.parametrize(("penalty", "final"), [("10% of score", 71.1), ("10%", 69.0), ("5", 74.0)])
def test_lateness_is_taken_off_the_whole(tmp_path: Path, penalty: str, final: float) -> None:
    (tmp_path / "course.yml").write_text(COURSE.replace("10%", penalty))
    course = Course.load(tmp_path / "course.yml")
    late = course.assignment("optimizers").due + timedelta(hours=1)
    (grade,) = gradebook(course, [replace(answered(7.0), submitted=late)], datetime(2027, 1, 1, tzinfo=UTC))
    assert grade.outcomes[0].final == pytest.approx(final)
    assert grade.outcomes[0].max_score == 100.0
    assert not grade.provisional


def test_a_grade_is_not_final_while_an_answer_waits(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(COURSE)
    course = Course.load(tmp_path / "course.yml")
    (grade,) = gradebook(course, [answered()], datetime(2027, 1, 1, tzinfo=UTC))
    assert (grade.total, grade.provisional, grade.outcomes[0].pending) == (72.0, True, 10.0)
