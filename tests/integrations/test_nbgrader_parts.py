"""The parts between nbgrader and the grader, one by one, on the tiny course; and nbgrader without them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.worksheet import notebook_of
from autograder.intake.find import Found, find
from autograder.intake.timestamps import stamped
from autograder.integrations.nbgrader import configure, sources
from autograder.integrations.nbgrader.outputs import show
from autograder.report.evidence import Evidence
from autograder.report.report import Report
from autograder.report.store import write
from autograder.submission.release import Release
from tests import tiny
from tests.integrations.commands import run
from tests.integrations.test_nbgrader import GRADES, SANDBOX, grades, rows
from tests.isolation import ISOLATION
from tests.lms import SYSTEMS, Files, gradescope, put_all, zipped

pytest.importorskip("nbgrader")

ROOT = Path(__file__).parent.parent.parent
Node = dict[str, Any]
EXERCISES = ["standardize", "Counter", "descent", "q_height"]


# ---- a submission as a notebook -------------------------------------------------------------------------------------

Made = Callable[..., Node]


@pytest.fixture
def made(course: Course, tmp_path: Path) -> Made:
    """The notebook that nbgrader gets for a file with this content."""
    release = Release.load(course.release_dir("tiny"), "tiny")

    def make(content: Any, name: str = "tiny.ipynb") -> Node:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return notebook_of(Found("ada", path, None), release)

    return make


@pytest.fixture
def solved(course: Course) -> Node:
    return tiny.in_notebook(course.release_dir("tiny"), tiny.parts())


def by_id(notebook: Node) -> dict[str, Node]:
    return {grade_id(cell): cell for cell in notebook["cells"] if grade_id(cell)}


def grade_id(cell: Node) -> str:
    meta = cell["metadata"].get("nbgrader", {})
    return str(meta.get("grade_id", "")) if isinstance(meta, dict) else ""


def text(cell: Node) -> str:
    return "".join(cell["source"])


def test_work_in_the_release_stays_as_it_is(made: Made, solved: Node) -> None:
    assert [text(cell) for cell in made(solved)["cells"]] == [text(cell) for cell in solved["cells"]]


def test_a_deleted_cell_is_put_back_where_it_stood(made: Made, solved: Node) -> None:
    order = [grade_id(cell) for cell in solved["cells"] if grade_id(cell)]
    solved["cells"] = [cell for cell in solved["cells"] if not grade_id(cell).startswith("check_")]
    assert list(by_id(made(solved))) == order


def test_of_a_cell_that_is_there_twice_the_last_one_counts(made: Made, solved: Node) -> None:
    (first,) = [cell for cell in solved["cells"] if grade_id(cell) == "descent"]
    solved["cells"].append(first | {"source": "def descent(*a): return 0"})
    found = made(solved)
    assert text(by_id(found)["descent"]) == "def descent(*a): return 0"
    assert sum(grade_id(cell) == "descent" for cell in found["cells"]) == 1
    assert tiny.parts()["descent"] in [text(cell) for cell in found["cells"]]


def test_a_locked_cell_has_the_text_and_points_of_the_release(made: Made, solved: Node, course: Course) -> None:
    released = by_id(json.loads((course.release_dir("tiny") / "tiny.ipynb").read_text()))
    for cell in solved["cells"]:
        if grade_id(cell).startswith(("check_", "setup_")):
            cell["source"] = "1000.0"
            cell["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "locked": False}
    found = by_id(made(solved))
    for name in ("setup_1", "check_standardize"):
        assert text(found[name]) == text(released[name])
        assert found[name]["metadata"] == released[name]["metadata"]


@pytest.mark.parametrize(
    "meta", ["x", [], 7, None, {"grade_id": ["a"]}, {"grade_id": {}}, {"schema_version": 99, "grade_id": "mine"}]
)
@pytest.mark.parametrize("kind", ["markdown", "code", "raw"])
def test_no_metadata_of_a_student_is_left(made: Made, solved: Node, meta: object, kind: str) -> None:
    solved["cells"].append({"cell_type": kind, "metadata": {"nbgrader": meta, "tags": 3}, "source": "mine"})
    found = made(solved)
    (mine,) = [cell for cell in found["cells"] if text(cell) == "mine"]
    assert mine["metadata"] == {}


def test_outputs_that_were_handed_in_are_gone(made: Made, solved: Node) -> None:
    for cell in solved["cells"]:
        cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}}]
    assert not any(cell.get("outputs") for cell in made(solved)["cells"])


def test_html_in_prose_is_no_html_any_more(made: Made, solved: Node) -> None:
    solved["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "if a<b: <script>alert(1)</script>, 1<2"}
    )
    assert text(made(solved)["cells"][-1]) == "if a< b: < script>alert(1)< /script>, 1<2"


def test_prose_that_takes_long_to_render_is_cut_off(made: Made, solved: Node, course: Course) -> None:
    slow = {"cell_type": "markdown", "metadata": {}, "source": "\\\\[" * 100_000}
    long = {"cell_type": "markdown", "metadata": {}, "source": "because " * 2000}
    solved["cells"] = [long] + [slow] * 50 + solved["cells"]
    found = made(solved)
    released = json.loads((course.release_dir("tiny") / "tiny.ipynb").read_text())
    given = {text(cell) for cell in released["cells"]}
    prose = [text(cell) for cell in found["cells"] if cell["cell_type"] == "markdown" and text(cell) not in given]
    assert prose[0] == long["source"]
    assert len(prose) == 51
    assert max(map(len, prose)) < 21_000
    assert sum(map(len, prose)) < 110_000
    assert all(each.endswith("too long.)") for each in prose[1:])


def test_a_picture_in_prose_stays_and_nothing_else_that_is_attached(made: Made, solved: Node) -> None:
    attached = {
        "photo.png": {"image/png": "QUJD", "text/html": "<b>"},
        "x.svg": {"image/svg+xml": "<svg/>"},
        'a" onerror="x': {"image/png": "QUJD"},
        "b.png": {"image/png": '"><script>'},
    }
    solved["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "![](attachment:photo.png)", "attachments": attached}
    )
    assert made(solved)["cells"][-1]["attachments"] == {"photo.png": {"image/png": "QUJD"}}


def test_a_script_of_the_release_is_put_into_its_cells(made: Made, course: Course) -> None:
    found = made(tiny.in_script(course.release_dir("tiny"), tiny.parts()), "tiny.py")
    assert {name: text(by_id(found)[name]) for name in EXERCISES} == tiny.parts()
    assert "if __name__" not in str(found)


def test_a_script_of_its_own_stands_in_one_cell_to_which_the_others_point(made: Made) -> None:
    found = made(tiny.SOLVED, "ada.py")
    assert tiny.SOLVED.strip() in [text(cell).strip() for cell in found["cells"]]
    assert {text(by_id(found)[name]) for name in EXERCISES} == {"# Handed in as ada.py."}


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"cells": 3}', "PK\x03\x04", '{"worksheets": [1, {"cells": 2}]}'])
def test_of_a_file_that_cannot_be_read_the_release_is_left(made: Made, content: str, course: Course) -> None:
    released = json.loads((course.release_dir("tiny") / "tiny.ipynb").read_text())
    assert [text(cell) for cell in made(content)["cells"]] == [text(cell) for cell in released["cells"]]


def test_an_old_notebook_is_read_too(made: Made, solved: Node) -> None:
    old = [{"cell_type": "code", "input": text(cell), "metadata": cell["metadata"]} for cell in solved["cells"]]
    found = made({"worksheets": [{"cells": old}], "nbformat": 3})
    assert text(by_id(found)["Counter"]) == tiny.parts()["Counter"]


def test_a_written_answer_that_is_missing_says_so_and_does_not_look_untouched(
    own_course: Course, tmp_path: Path
) -> None:
    release = with_written(own_course)
    notebook = json.loads(release.notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) != "written_1"]
    (tmp_path / "tiny.ipynb").write_text(json.dumps(notebook))
    found = notebook_of(Found("ada", tmp_path / "tiny.ipynb", None), release)
    assert text(by_id(found)["written_1"]) == "*(This cell was missing from what was handed in.)*\n\nWhy?"


def test_a_written_answer_in_a_script_is_found(own_course: Course, tmp_path: Path) -> None:
    release = with_written(own_course)
    (tmp_path / "tiny.py").write_text(release.script.replace("# Why?", "# Because\n#\n# of this."))
    found = notebook_of(Found("ada", tmp_path / "tiny.py", None), release)
    assert text(by_id(found)["written_1"]) == "Because\n\nof this."


def with_written(course: Course) -> Release:
    from autograder.authoring.build import build

    folder = course.solutions_dir("tiny")
    (folder / "tiny.py").write_text(tiny.SCRIPT + '\n# %% [markdown] tags=["written:5"]\n# Why?\n')
    (folder / "checks.py").write_text(tiny.CHECKS.replace("points=30", "points=25"))
    build(course, "tiny")
    return Release.load(course.release_dir("tiny"), "tiny")


# ---- a report in the cells ------------------------------------------------------------------------------------------


@pytest.fixture
def report(grader: Grader, tmp_path: Path) -> Report:
    (tmp_path / "ada.py").write_text(tiny.swapped(descent="def descent(gradient, x, steps, rate=0.1):\n    return x"))
    return grader.grade(Found("ada", tmp_path / "ada.py", None))


def changed(report: Report, name: str, **values: Any) -> Report:
    exercises = tuple(
        replace(each, checks=tuple(replace(c, **values) if c.name == name else c for c in each.checks))
        for each in report.exercises
    )
    return replace(report, exercises=exercises)


def shown(notebook: Node, report: Report) -> dict[str, list[Node]]:
    show(notebook, report)
    return {grade_id(cell): cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"}


def test_a_check_cell_ends_with_the_points_as_a_plain_float(solved: Node, report: Report) -> None:
    found = shown(solved, report)
    assert [found[f"check_{name}"][-1]["data"]["text/plain"] for name in EXERCISES[:3]] == ["50.0", "25.0", "0.0"]


def test_a_question_shows_its_result_and_no_points(solved: Node, report: Report) -> None:
    (only,) = shown(solved, report)["check_q_height"]
    assert "q_height: right" in only["data"]["text/plain"]


@pytest.mark.parametrize("status", ["pending", "error"])
def test_what_was_not_judged_has_no_value(solved: Node, report: Report, status: str) -> None:
    found = shown(solved, changed(report, "counts_from_its_start", status=status, points=0.0))
    assert [each["output_type"] for each in found["check_Counter"]] == ["display_data"]


def test_of_a_hidden_check_neither_message_nor_evidence_is_shown(solved: Node, report: Report) -> None:
    evidence = Evidence()
    evidence.number("accuracy", 0.25)
    secret = changed(report, "descends_five_steps", message="the inputs were 3, 1, 4", evidence=tuple(evidence.figures))
    said = json.dumps(shown(solved, secret)["check_descent"])
    assert "Five steps are five steps." in said
    assert "inputs were" not in said
    assert "accuracy" not in said


def test_the_evidence_of_a_public_check_is_drawn(solved: Node, report: Report) -> None:
    evidence = Evidence()
    evidence.curve("loss <b>", {"yours": [3, 2, 1]}, x="epoch", y="loss")
    seen = changed(report, "descends_two_steps", evidence=tuple(evidence.figures))
    page = shown(solved, seen)["check_descent"][0]["data"]["text/html"]
    assert "<svg" in page
    assert "loss &lt;b&gt;" in page


def test_notes_and_what_was_printed_stand_on_top(solved: Node, report: Report) -> None:
    show(solved, replace(report, notes=("cell 3 is <locked>",), output="hello"))
    note, printed = solved["cells"][0]["outputs"]
    assert "<p>cell 3 is &lt;locked&gt;</p>" in note["data"]["text/html"]
    assert "hello" in printed["data"]["text/html"]


def test_other_points_in_the_gradebook_than_in_the_checks_are_our_fault(solved: Node, report: Report) -> None:
    for cell in solved["cells"]:
        if grade_id(cell) == "check_Counter":
            cell["metadata"]["nbgrader"]["points"] = 7
    with pytest.raises(
        CourseError, match="7 points for Counter, its checks 25; run: nbgrader generate_assignment tiny"
    ):
        show(solved, report)


# ---- configuration and sources --------------------------------------------------------------------------------------


class Config(dict[str, Any]):
    """The part of traitlets' Config that `configure` needs."""

    def __getattr__(self, name: str) -> Any:
        if not name[0].isupper():
            return self[name]
        return self.setdefault(name, Config())

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def test_a_fault_in_course_yml_leaves_the_sandbox_configured(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text("titel: x\n")
    config = Config()
    configure(config, tmp_path / "nbgrader_config.py")
    assert config.Autograde.exporter_class.endswith("SandboxedExporter")
    assert not any("Execute" in each for each in config.Autograde.autograde_preprocessors)


def test_configuring_loads_nothing_heavy_when_the_sources_are_up_to_date(own_course: Course) -> None:
    sources.refresh(own_course)
    own_course.remember_validation()
    code = (
        "import sys; from types import SimpleNamespace; from autograder.integrations.nbgrader import configure\n"
        "class C:\n    def __getattr__(self, name): return vars(self).setdefault(name, C())\n"
        "configure(C(), 'nbgrader_config.py'); print(*{m.split('.')[0] for m in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=own_course.root, capture_output=True, text=True, check=True)
    assert "autograder" in done.stdout.split()
    assert not {"numpy", "torch", "nbformat", "jupytext", "nbgrader", "pydantic"} & set(done.stdout.split())


def test_nbgraders_source_is_what_may_be_released_and_the_notebook_with_solutions(own_course: Course) -> None:
    folder = own_course.root / sources.FOLDER / "tiny"
    folder.mkdir(parents=True)
    (folder / "checks.py").write_text("hidden")
    assert sources.refresh(own_course) == []
    assert {path.name for path in folder.iterdir()} == {"tiny.ipynb", "tiny.py", "test_tiny.py", "answers.npz"}
    for name in ("tiny.py", "test_tiny.py", "answers.npz"):
        assert (folder / name).read_bytes() == (own_course.release_dir("tiny") / name).read_bytes()
    assert "### BEGIN SOLUTION" in (folder / "tiny.ipynb").read_text()


def test_sources_are_written_again_when_the_release_is_and_only_then(own_course: Course) -> None:
    sources.refresh(own_course)
    made = own_course.root / sources.FOLDER / "tiny" / "test_tiny.py"
    made.write_text("touched")
    sources.refresh(own_course)
    assert made.read_text() == "touched"
    released = own_course.release_dir("tiny") / "test_tiny.py"
    os.utime(released, (time.time() + 5, time.time() + 5))
    sources.refresh(own_course)
    assert made.read_bytes() == released.read_bytes()


def test_an_exercise_without_its_solution_is_a_problem_that_says_what_to_do(own_course: Course) -> None:
    script = own_course.solutions_dir("tiny") / "tiny.py"
    script.write_text(script.read_text().replace("exercise:descent", "exercise:ascent"))
    (problem,) = sources.refresh(own_course)
    assert "has no exercise:descent" in problem
    assert "autograder build" in problem


def test_a_student_without_solutions_has_no_sources_and_no_problem(own_course: Course) -> None:
    shutil.rmtree(own_course.root / "solutions")
    assert sources.refresh(own_course) == []
    assert not (own_course.root / sources.FOLDER).exists()


# ---- commands -------------------------------------------------------------------------------------------------------


def submit(course: Course, student: str, content: Any, name: str = "tiny.ipynb") -> None:
    folder = course.root / "submitted" / student / "tiny"
    folder.mkdir(parents=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


@pytest.fixture(scope="module")
def generated(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("nbgrader") / "course"
    shutil.copytree(course.root, home)
    shutil.copy(ROOT / "nbgrader_config.py", home)
    run(home, "nbgrader", "generate_assignment", "tiny")
    return home


@pytest.fixture
def with_nbgrader(generated: Path, tmp_path: Path) -> Course:
    """The tiny course, added to nbgrader's gradebook."""
    shutil.copytree(generated, tmp_path / "own")
    return Course.load(tmp_path / "own" / "course.yml")


def cell_of(course: Course, exercise: str) -> tuple[Any, ...]:
    """(score, whether somebody must look) of an exercise of ada's."""
    (found,) = [row for row in rows(course.root / "gradebook.db", GRADES) if row[2] == f"check_{exercise}"]
    return found[3], bool(found[4])


def test_a_fault_of_the_grader_marks_the_cell_for_grading_by_hand(with_nbgrader: Course, solved: Node) -> None:
    checks = with_nbgrader.solutions_dir("tiny") / "checks.py"
    checks.write_text(checks.read_text().replace("    numbers = rng", "    numbers = 1 / 0\n    numbers = rng"))
    submit(with_nbgrader, "ada", solved)
    said = run(with_nbgrader.root, "nbgrader", "autograde", "tiny", *SANDBOX)
    assert cell_of(with_nbgrader, "Counter") == (None, True)
    assert cell_of(with_nbgrader, "standardize") == (50.0, False)
    assert "ada: keeps_its_total_between_calls could not be judged: " in said
    notebook = (with_nbgrader.root / "autograded" / "ada" / "tiny" / "tiny.ipynb").read_text()
    assert "It is not a zero" in notebook
    assert "ZeroDivisionError" not in notebook


def test_pending_work_marks_the_cell_for_grading_by_hand(with_nbgrader: Course, solved: Node) -> None:
    submit(with_nbgrader, "ada", solved)
    words = ["grade", "submitted", "--assignment", "tiny", "--out", "out", "--isolation", ISOLATION]
    run(with_nbgrader.root, "autograder", *words)
    report = Report.from_dict(json.loads((with_nbgrader.root / "out" / "ada.json").read_text()))
    write(changed(report, "keeps_its_total_between_calls", status="pending", points=0.0), with_nbgrader.root / "out")
    run(with_nbgrader.root, "autograder", *words, "--resume", "--gradebook", "gradebook.db")
    assert cell_of(with_nbgrader, "Counter") == (None, True)
    assert cell_of(with_nbgrader, "descent") == (25.0, False)


def test_without_a_sandbox_nothing_is_run_and_the_message_says_what_to_do(with_nbgrader: Course, solved: Node) -> None:
    submit(with_nbgrader, "ada", solved)
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if not (Path(p) / "bwrap").exists())
    script = "import os, sys; os.environ['PATH'] = sys.argv[1]; from nbgrader.apps import AutogradeApp; "
    script += "AutogradeApp.launch_instance(['tiny'])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, path], cwd=with_nbgrader.root, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "bubblewrap" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (with_nbgrader.root / "autograded").exists()


@pytest.mark.parametrize(
    ("descent", "says"),
    [
        (tiny.parts()["descent"], ["Success! Your notebook passes all the tests."]),
        ("def descent(gradient, x, steps, rate=0.1):\n    return x", ["1 CELL(S)", "Two steps are two steps."]),
    ],
)
def test_the_button_validate_judges_by_the_public_checks(with_nbgrader: Course, descent: str, says: list[str]) -> None:
    release = with_nbgrader.root / "release" / "tiny"
    notebook = tiny.in_notebook(release, tiny.parts() | {"descent": descent})
    (release / "tiny.ipynb").write_text(json.dumps(notebook))
    said = run(with_nbgrader.root, "nbgrader", "validate", "release/tiny/tiny.ipynb")
    assert all(each in said for each in says), said


def test_stock_nbgrader_elsewhere_gives_the_public_points(with_nbgrader: Course, solved: Node, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(with_nbgrader.root / sources.FOLDER, elsewhere / "source")
    run(elsewhere, "nbgrader", "generate_assignment", "tiny")
    loud = tiny.parts()["Counter"].replace("n):\n", "n):\n        import sys; print('50%', file=sys.stderr)\n", 1)
    loud_too = tiny.in_notebook(with_nbgrader.release_dir("tiny"), tiny.parts() | {"Counter": loud})
    wrong = tiny.in_notebook(
        with_nbgrader.release_dir("tiny"), tiny.parts() | {"descent": "def descent(*a):\n    return 0"}
    )
    course = replace(with_nbgrader, path=elsewhere / "course.yml")
    submit(course, "ada", loud_too)
    submit(course, "ben", wrong)
    run(elsewhere, "nbgrader", "autograde", "tiny")
    found = grades(elsewhere / "gradebook.db", "tiny")
    assert found["ada"] == {"check_standardize": 20, "check_Counter": 10, "check_descent": 10}
    assert found["ben"] == {"check_standardize": 20, "check_Counter": 10, "check_descent": 0}


# ---- what a learning platform gives


def collected(course: Course, files: Files) -> dict[str, set[str]]:
    """Student -> the names of their files in submitted/ after `nbgrader zip_collect`."""
    put_all(course.root / "downloaded" / "tiny" / "archive", files)
    run(course.root, "nbgrader", "zip_collect", "tiny", "--force")
    submitted = course.root / "submitted"
    return {
        each.name: {path.relative_to(each / "tiny").as_posix() for path in each.rglob("*") if path.is_file()}
        for each in submitted.iterdir()
    }


def test_the_one_zip_of_a_platform_is_a_class(with_nbgrader: Course, solved: Node) -> None:
    work = json.dumps(solved).encode()
    students: dict[str, Files] = {
        "Ada Lovelace": {"tiny.ipynb": work},
        "Zoë Brown": {"work.zip": zipped({"tiny.ipynb": work})},
        "Bob Builder": {"report.pdf": b"%PDF"},
        "Cem Can": {"mine.ipynb": work, "timestamp.txt": b"2020-01-01"},
    }
    for system, form in SYSTEMS.items():
        shutil.rmtree(with_nbgrader.root / "submitted", ignore_errors=True)
        found = collected(with_nbgrader, {"class.zip": zipped(form(students))})
        extra = {"blackboard": {"Blackboard.txt"}, "gradescope": {"timestamp.txt"}}.get(system, set())
        assert sorted(sorted(names - extra) for names in found.values()) == [
            ["mine.ipynb"], ["report.pdf"], ["tiny.ipynb"], ["work/tiny.ipynb"]
        ], system  # fmt: skip


def test_a_damaged_timestamp_keeps_nobody_from_being_graded(with_nbgrader: Course, solved: Node) -> None:
    for student in ("ada", "ben"):
        submit(with_nbgrader, student, solved)
    (with_nbgrader.root / "submitted" / "ada" / "tiny" / "timestamp.txt").write_bytes(b"yesterday\xff")
    (with_nbgrader.root / "submitted" / "ben" / "tiny" / "timestamp.txt").write_text(
        "2026-10-12 12:00:00 Europe/Berlin"
    )
    said = run(with_nbgrader.root, "nbgrader", "autograde", "tiny", *SANDBOX)
    assert "is not a point in time" in said
    assert rows(with_nbgrader.root / "gradebook.db", "select student_id, timestamp from submitted_assignment") == [
        ("ada", None), ("ben", "2026-10-12 10:00:00.000000")
    ]  # fmt: skip
    assert all(sum(scores.values()) == 100 for scores in grades(with_nbgrader.root / "gradebook.db", "tiny").values())


def test_what_lies_side_by_side_is_collected_by_its_names(with_nbgrader: Course, solved: Node) -> None:
    work = json.dumps(solved).encode()
    files = {"ada_tiny.ipynb": work, "bob/tiny.ipynb": work, "cem.zip": zipped({"tiny.py": b"x = 1"})}
    assert collected(with_nbgrader, files) == {"ada": {"tiny.ipynb"}, "bob": {"tiny.ipynb"}, "cem": {"cem/tiny.py"}}


def test_nobody_is_collected_where_it_is_not_clear_who_is_who(with_nbgrader: Course, solved: Node) -> None:
    work = json.dumps(solved).encode()
    archive = with_nbgrader.root / "downloaded" / "tiny" / "archive"
    put_all(archive, {"ada/tiny.ipynb": work, "group/bob/tiny.ipynb": work, "group/cem/tiny.ipynb": work})
    assert "who is who?" in run(with_nbgrader.root, "nbgrader", "zip_collect", "tiny", code=1)
    shutil.rmtree(archive)
    students: dict[str, Files] = {"Ada": {"tiny.ipynb": work}, "Bob": {"tiny.ipynb": work}}
    put_all(archive, {"dan.ipynb": work, "class.zip": zipped(SYSTEMS["moodle"](students))})
    assert "the work of several students" in run(with_nbgrader.root, "nbgrader", "zip_collect", "tiny", code=1)
    assert not (with_nbgrader.root / "submitted").exists()


def test_the_time_that_gradescope_says_is_nbgrader_s(with_nbgrader: Course, solved: Node) -> None:
    collected(with_nbgrader, {"class.zip": zipped(gradescope({"Ada": {"tiny.ipynb": json.dumps(solved).encode()}}))})
    (found,) = stamped(find([with_nbgrader.root / "submitted"], "tiny"), "tiny", "nbgrader")
    assert found.submitted is not None
    assert found.submitted.isoformat() == "2026-01-31T17:00:00+00:00"


def test_submissions_from_anywhere_with_a_table_of_times_fill_the_gradebook(
    with_nbgrader: Course, solved: Node, tmp_path: Path
) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "mine.ipynb").write_text(json.dumps(solved))
    (tmp_path / "times.csv").write_text("student,submitted\nada,2026-10-12 12:00:00+02:00\n")
    words = ["--assignment", "tiny", "--out", "out", "--isolation", ISOLATION, "--gradebook", "gradebook.db"]
    run(with_nbgrader.root, "autograder", "grade", f"{tmp_path}/ada", *words, "--timestamps", f"{tmp_path}/times.csv")
    assert rows(with_nbgrader.root / "gradebook.db", "select student_id, timestamp from submitted_assignment") == [
        ("ada", "2026-10-12 10:00:00.000000")
    ]
    assert cell_of(with_nbgrader, "standardize") == (50.0, False)
    assert (with_nbgrader.root / "autograded" / "ada" / "tiny" / "tiny.ipynb").is_file()
