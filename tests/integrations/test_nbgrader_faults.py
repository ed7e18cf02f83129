"""Whatever prevents grading a student, nbgrader's gradebook shows no score that somebody could believe.

Ada submits a notebook and ben a script, for which nbgrader would give a zero. Both are right and were graded. Then
something fails, at each possible place, while nbgrader's own converter grades them again.
"""

from __future__ import annotations

import json
import logging
import shutil
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader")

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.gradebook.by_hand import with_points
from autograder.gradebook.gradebook import gradebook as course_grades
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.integrations.nbgrader import exporter, gradebook, ledger, outputs, steps
from tests import tiny
from tests.conftest import edit
from tests.integrations.test_nbgrader import GRADES, rows
from tests.isolation import ISOLATION

ROOT = Path(__file__).parent.parent.parent
RIGHT = {"check_standardize": 45.0, "check_Counter": 25.0, "check_descent": 25.0}


def convert(course: Course, converter: type = Autograde, **options: Any) -> None:
    """Do what nbgrader's command of that name does, in this process."""
    config = gradebook._config(course)
    config.CourseDirectory.assignment_id = "tiny"
    config.SandboxedExporter.isolation = ISOLATION
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy warns about nbgrader
        log = logging.getLogger("tests.nbgrader")
        converter(coursedir=CourseDirectory(config=config, log=log), config=config, log=log, **options).start()


def cells(course: Course, student: str) -> dict[str, tuple[float | None, bool]]:
    """Cell -> its score, and whether somebody must look."""
    found = rows(course.root / "gradebook.db", GRADES)
    return {row[2]: (row[3], bool(row[4])) for row in found if row[0] == student}


def believed(course: Course, student: str) -> dict[str, float | None]:
    """The scores that are not marked for manual grading."""
    return {name: score for name, (score, unsure) in cells(course, student).items() if not unsure}


@pytest.fixture(scope="module")
def graded(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("faults") / "course"
    shutil.copytree(course.root, home)
    shutil.copy(ROOT / "nbgrader_config.py", home)
    own = Course.load(home / "course.yml")
    script = own.solutions_dir("tiny") / "tiny.py"
    script.write_text(script.read_text() + '\n# %% [markdown] tags=["written:5"]\n# Why?\n')
    edit(own, "solutions/tiny/checks.py", "points=30", "points=25")
    build(own, "tiny")
    convert(own, GenerateAssignment)
    notebook = tiny.in_notebook(own.release_dir("tiny"), tiny.parts())
    answered = json.dumps(notebook).replace("Why?", "Because.")
    scripted = tiny.in_script(own.release_dir("tiny"), tiny.parts()).replace("# Why?", "# Because.")
    for student, name, text in (("ada", "tiny.ipynb", answered), ("ben", "tiny.py", scripted)):
        (home / "submitted" / student / "tiny").mkdir(parents=True)
        (home / "submitted" / student / "tiny" / name).write_text(text)
    convert(own)
    assert [believed(own, student) for student in ("ada", "ben")] == [RIGHT, RIGHT]
    return home


@pytest.fixture
def own(graded: Path, tmp_path: Path) -> Course:
    shutil.copytree(graded, tmp_path / "own")
    return Course.load(tmp_path / "own" / "course.yml")


def failing(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, when: Any, error: BaseException) -> None:
    """Make the function of this name fail if `when` is true of its arguments."""
    stock = getattr(place, name)

    def fails(*args: Any) -> Any:
        if when(*args):
            raise error
        return stock(*args)

    monkeypatch.setattr(place, name, fails)


GONE = ValueError("the disk is gone")
PLACES = {
    "finding the file": (exporter, "pick", lambda folder, student, *_: student == "ben"),
    "reading it": (exporter, "notebook_of", lambda found, _: found.id == "ben" and found.path is not None),
    "grading it": (Grader, "grade", lambda _, found: found.id == "ben"),
    "showing the report": (outputs, "show", lambda _, report: report.submission == "ben"),
    "its deadline": (steps.LatePenalties, "init_plugin", lambda step: step.student_id == "ben"),
}


@pytest.mark.parametrize("place", PLACES)
def test_whom_we_cannot_judge_has_no_score_and_is_marked_and_the_log_says_why(
    own: Course, place: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failing(monkeypatch, *PLACES[place], GONE)
    convert(own, force=True)
    assert set(cells(own, "ben").values()) == {(None, True)}
    assert believed(own, "ada") == RIGHT
    assert "ben could not be judged: ValueError: the disk is gone" in caplog.text
    page = (own.root / "autograded" / "ben" / "tiny" / "tiny.ipynb").read_text()
    assert "It is not a zero" in page
    assert "the disk is gone" not in page


@pytest.mark.parametrize(
    ("error", "raised"),
    [(KeyboardInterrupt(), KeyboardInterrupt), (OperationalError("", {}, Exception("locked")), NbGraderException)],
)
def test_whoever_was_being_graded_when_the_command_ended_is_marked(
    own: Course, monkeypatch: pytest.MonkeyPatch, error: BaseException, raised: type
) -> None:
    failing(monkeypatch, steps.Judge, "preprocess", lambda _, nb, resources: "ben" in str(resources), error)
    with pytest.raises(raised):
        convert(own, force=True)
    assert cells(own, "ben") == {name: (score, True) for name, score in [*RIGHT.items(), ("written_1", None)]}
    assert believed(own, "ada") == RIGHT


def test_scores_that_could_be_saved_in_part_are_the_new_ones_and_the_rest_is_marked(
    own: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = own.root / "submitted" / "ben" / "tiny" / "tiny.py"
    ben.write_text(tiny.in_script(own.release_dir("tiny"), tiny.parts() | {"standardize": "standardize = None"}))

    def last(step: Any, cell: Any, _: Any) -> bool:
        return bool(step.student_id == "ben" and cell.metadata.nbgrader["grade_id"] == "check_descent")

    failing(monkeypatch, steps.SaveGrades, "_add_score", last, OperationalError("", {}, Exception("locked")))
    with pytest.raises(NbGraderException):
        convert(own, force=True)
    assert believed(own, "ben") == {"check_standardize": 0.0, "check_Counter": 25.0}


def test_a_first_try_that_fails_leaves_nobody_with_a_zero(own: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own.root / "submitted"
    shutil.copytree(folder / "ben", folder / "carl")
    failing(monkeypatch, steps.Judge, "preprocess", lambda _, nb, resources: "carl" in str(resources), GONE)
    with pytest.raises(NbGraderException):
        convert(own)
    assert set(cells(own, "carl").values()) == {(None, True)}


# ---- one total ------------------------------------------------------------------------------------------------------


def test_the_course_has_nbgraders_totals_and_penalties_with_what_people_gave(own: Course) -> None:
    edit(
        own,
        "course.yml",
        "title: A tiny",
        'due: "2026-10-12 23:59:00+02:00"\n    late: {penalty: 10% of score}\n    title: A tiny',
    )
    own = Course.load(own.path)
    late = datetime(2026, 10, 13, 12, tzinfo=UTC)
    for student in ("ada", "ben"):
        (own.root / "submitted" / student / "tiny" / "timestamp.txt").write_text(f"{late:%Y-%m-%d %H:%M:%S}.0 UTC")
    database = own.root / "gradebook.db"
    rows(database, "update grade set manual_score = 4.5 where auto_score is null")  # both written answers
    rows(database, "update grade set manual_score = 20, extra_credit = 1 where auto_score = 45")
    convert(own, force=True)
    given = ledger.given_by_hand(f"sqlite:///{database}")
    with Grader(own, "tiny", Options(ISOLATION)) as grader:
        works = [("ada", "tiny.ipynb"), ("ben", "tiny.py")]
        found = [Found(who, own.root / "submitted" / who / "tiny" / name, None, late) for who, name in works]
        reports = [with_points(grader.grade(each), given) for each in found]
    assert [report.score for report in reports] == [75.5, 75.5]
    for grade in course_grades(own, reports, late):
        with Gradebook(f"sqlite:///{database}") as theirs:
            submission = theirs.find_submission("tiny", grade.student)
            assert (submission.score, submission.max_score) == (75.5, 100.0)
            assert theirs.find_submission_notebook("tiny", "tiny", grade.student).late_submission_penalty == 7.55
        assert grade.outcomes[0].penalty.points == 7.55
        assert grade.outcomes[0].final == 67.95
        assert grade.outcomes[0].max_score == 100.0


# ---- errors that affect everybody -----------------------------------------------------------------------------------


def other_points(course: Course) -> None:
    edit(course, "solutions/tiny/checks.py", '"Counter", points=10', '"Counter", points=20')
    edit(course, "solutions/tiny/checks.py", '"descent", points=15', '"descent", points=5')


def other_points_released(course: Course) -> None:
    other_points(course)
    build(course, "tiny")


def no_release(course: Course) -> None:
    shutil.rmtree(course.release_dir("tiny"))


def no_extensions(course: Course) -> None:
    edit(course, "course.yml", "title: Tiny", "title: Tiny\nextensions_file: ext.yml")
    (course.root / "ext.yml").write_text("ada: [1\n")


def a_cell_less(course: Course) -> None:
    rows(course.root / "gradebook.db", "update base_cell set name = 'check_other' where name = 'check_Counter'")


WRONG = {
    other_points: "autograder build tiny && nbgrader generate_assignment tiny --force",
    other_points_released: "the gradebook gives 25 points for Counter, its checks 35 points",
    no_release: "autograder build",
    no_extensions: "ext.yml",
    a_cell_less: "the gradebook gives nothing for Counter, its checks 25 points",
}


@pytest.mark.parametrize("change", WRONG, ids=lambda change: change.__name__)
def test_what_concerns_the_whole_class_ends_the_command_before_anything_is_changed(
    own: Course, change: Any, caplog: pytest.LogCaptureFixture
) -> None:
    change(own)
    before = rows(own.root / "gradebook.db", GRADES)
    with pytest.raises(NbGraderException):
        convert(own, force=True)
    assert rows(own.root / "gradebook.db", GRADES) == before
    assert (own.root / "autograded" / "ben" / "tiny" / "tiny.ipynb").exists()
    assert WRONG[change] in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(84)])
def test_a_damaged_gradebook_ends_the_command_with_its_name(
    own: Course, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (own.root / "gradebook.db").write_bytes(content)
    with pytest.raises(NbGraderException):
        convert(own, force=True)
    assert "gradebook.db" in caplog.text
    assert (own.root / "autograded" / "ben" / "tiny" / "tiny.ipynb").exists()


def test_reports_with_other_points_than_the_gradebooks_fill_none(own: Course) -> None:
    with Grader(own, "tiny", Options(ISOLATION)) as grader:
        found = [Found("ben", own.root / "submitted" / "ben" / "tiny" / "tiny.py", None)]
        reports = [grader.grade(found[0])]
    rows(own.root / "gradebook.db", "update grade_cells set max_score = 20 where max_score = 45")
    before = rows(own.root / "gradebook.db", GRADES)
    with pytest.raises(CourseError, match="the gradebook gives 20 points for standardize, its checks 45 points"):
        gradebook.fill(own, "tiny", found, reports, own.root / "gradebook.db")
    assert rows(own.root / "gradebook.db", GRADES) == before
