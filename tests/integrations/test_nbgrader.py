"""A class of ten on two assignments, graded by nbgrader's own commands, gets the same results as by `autograder grade`.

The grades are read from the gradebook's tables and from formgrader's pages, not through the code that wrote them.
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.authoring.build import build
from autograder.course.course import Course
from autograder.report.report import Report
from autograder.report.store import read_folder
from autograder.sandbox.backends import PROCESS
from examples.make_class import ABORT, LOOP, Assignment
from tests.integrations.commands import run
from tests.isolation import ISOLATION

pytest.importorskip("nbgrader")

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
IDS = ("conv", "optimizers")
DUE = "2026-10-12 23:59:00+02:00"
MISTAKES = {
    "conv": ("size_rounded_up", "forward_kernel_turned"),
    "optimizers": ("adam_without_bias_correction", "adagrad_decays"),
}
WRITTEN = """
# %% [markdown] tags=["written:5"]
# Why does a convolution have fewer parameters than a dense layer?
"""
PROGRESS = """

_quietly = {name}

def {name}(*args, **kwargs):
    import sys
    print("50%|#####", file=sys.stderr)
    return _quietly(*args, **kwargs)
"""


# ---- the course and its class ---------------------------------------------------------------------------------------


def make_course(home: Path) -> Course:
    data = yaml.safe_load((ROOT / "course.yml").read_text())
    data["assignments"] = [each for each in data["assignments"] if each["id"] in IDS]
    data["assignments"][1] |= {"due": DUE, "late": {"penalty": 10}}
    data["limits"] |= {"check_s": 1}
    data["extensions_file"] = "extensions.yml"
    assert data["assignments"][1]["id"] == "conv"
    (home / "course.yml").write_text(yaml.safe_dump(data))
    (home / "extensions.yml").write_text("barbara: {conv: +3d}\n")
    (home / ".autograder").mkdir()
    (home / ".autograder" / "secret").write_text("0123456789abcdef nbgrader\n")
    shutil.copy(ROOT / "nbgrader_config.py", home)
    for each in IDS:
        for folder in ("solutions", "assignments"):
            shutil.copytree(ROOT / folder / each, home / folder / each)
    script, checks = (home / "solutions" / "conv" / name for name in ("conv.py", "checks.py"))
    script.write_text(script.read_text() + WRITTEN)
    text, cut = re.subn(r'(@check\("conv_forward_naive", points=)3\b', r"\g<1>1", checks.read_text(), count=2)
    text, more = re.subn(r'(@check\("conv_forward_naive", points=)2\b', r"\g<1>1", text, count=1)
    assert (cut, more) == (2, 1)  # room for the five points of the written answer
    checks.write_text(text)
    course = Course.find(home)
    build(course, "conv")
    return course


def hand_in(course: Course, assignment_id: str) -> None:
    a = Assignment(course, assignment_id)
    first, second, third = [name for name in a.right if not name.startswith("q_")][:3]

    def write(
        student: str, content: Any, name: str = f"{assignment_id}.ipynb", when: str = "2026-10-12 10:00:00"
    ) -> None:
        folder = course.root / "submitted" / student / assignment_id
        folder.mkdir(parents=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text)
        (folder / "timestamp.txt").write_text(f"{when}.000000 UTC")

    right = a.notebook(a.work())
    for cell in right["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "written_1":
            cell["source"] = "The same filter looks at every place <script>alert(1)</script>."
    write("ada", right, when="2026-10-13 12:00:00")  # half a day late
    write("barbara", a.notebook(a.work(only=4)), when="2026-10-13 12:00:00")
    write("donald", a.notebook(a.work(*MISTAKES[assignment_id])))
    write("ole", a.notebook(a.work(**{first: ABORT})))
    write("niklaus", a.notebook(a.work(**{second: LOOP})))
    write("nobody", "I will send it by mail.", "README.txt")
    write("renate", a.notebook(a.work()), "my work (final).ipynb")
    write("petra", a.notebook(a.work() | {first: a.right[first] + PROGRESS.format(name=first)}))
    write("alan", a.script(a.work()), f"{assignment_id}.py")
    write("mallory", hostile(a.notebook(a.work(only=3)), third))


def hostile(notebook: dict[str, Any], doubled: str) -> dict[str, Any]:
    """A notebook whose metadata tries to give its author full points, stop the class, or break the page."""
    full = {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": "1000"}}
    cells = []
    for cell in notebook["cells"]:
        meta = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code":
            cell["outputs"] = [full]
        if meta.get("grade_id") == "setup_1":
            cell["source"] += "\nnp.allclose = lambda *a, **k: True"
        if meta.get("grade"):
            meta |= {"points": 1000, "schema_version": 99, "solution": True}
            cell["source"] = "1000.0"
        if meta.get("grade_id") in (doubled, f"check_{doubled}"):
            cells.append(json.loads(json.dumps(cell)))
        if meta.get("grade_id") != "check_import":  # deleted
            cells.append(cell)
    odd: list[Any] = ["x", {"grade_id": ["adam"]}, {"grade_id": "", "locked": True}, {"schema_version": "NaN"}]
    cells += [{"cell_type": "markdown", "metadata": {"nbgrader": each}, "source": ["<img src=x onerror=alert(1)>"]}
              for each in odd]  # fmt: skip
    cells.append({"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": "<script>alert(1)</script>"})
    return notebook | {
        "cells": cells,
        "metadata": notebook["metadata"] | {"kernelspec": {"name": "R", "language": "R"}},
    }


SANDBOX = [f"--SandboxedExporter.isolation={ISOLATION}"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a course whose class was graded by nbgrader into gradebook.db, and by us into parallel.db."""
    home = tmp_path_factory.mktemp("course")
    course = make_course(home)
    for each in IDS:
        run(home, "nbgrader", "generate_assignment", each)
        hand_in(course, each)
    shutil.copy(home / "gradebook.db", home / "parallel.db")
    for each in IDS:
        run(home, "nbgrader", "autograde", each, *SANDBOX)
    run(home, "nbgrader", "generate_feedback", "conv", "--student", "[admno]*")  # the students whose pages are tested
    for each in IDS:
        grade(home, each, "parallel.db")
    return home


def grade(home: Path, assignment_id: str, database: str, *paths: str, code: int = 0) -> str:
    words = ["--assignment", assignment_id, "--out", f"out/{assignment_id}", "--gradebook", database]
    isolation = ["--isolation", ISOLATION, "--timestamps", "nbgrader"]
    return run(home, "autograder", "grade", *(paths or ["submitted"]), *words, *isolation, "--resume", code=code)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        found = connection.execute(query).fetchall()
        connection.commit()
    return found


GRADES = """
select student_id, assignment.name, base_cell.name, auto_score, needs_manual_grade, manual_score from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join assignment on submitted_assignment.assignment_id = assignment.id
"""


def grades(database: Path, assignment_id: str) -> dict[str, dict[str, float | None]]:
    """Student -> cell -> score."""
    found: dict[str, dict[str, float | None]] = {}
    for student, assignment, cell, score, *_ in rows(database, GRADES):
        if assignment == assignment_id:
            found.setdefault(student, {})[cell] = score
    return found


def reports(home: Path, assignment_id: str) -> dict[str, Report]:
    return {report.submission: report for report in read_folder(home / "out" / assignment_id)}


def penalties(database: Path) -> dict[str, float]:
    query = """select student_id, late_submission_penalty from submitted_notebook
    join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
    join assignment on submitted_assignment.assignment_id = assignment.id where assignment.name = 'conv'"""
    return {student: penalty for student, penalty in rows(database, query) if penalty}


def page(home: Path, student: str) -> str:
    """The text of a feedback page."""
    text = (home / "feedback" / student / "conv" / "conv.html").read_text()
    return html.unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL))


# ---- what students get ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("assignment_id", IDS)
def test_the_release_is_the_one_that_was_built(home: Path, assignment_id: str) -> None:
    def sources(path: Path) -> list[str]:
        return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]

    name = f"{assignment_id}/{assignment_id}.ipynb"
    assert sources(home / "release" / name) == sources(home / "assignments" / name)
    others = {path.name for path in (home / "release" / assignment_id).iterdir()}
    assert others == {path.name for path in (home / "assignments" / assignment_id).iterdir()}


def test_a_release_that_is_older_than_its_sources_is_refused(home: Path, tmp_path: Path) -> None:
    for name in ("course.yml", "extensions.yml", "nbgrader_config.py", ".autograder", "assignments", "solutions"):
        path = home / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, tmp_path / name)
    script = tmp_path / "solutions" / "conv" / "conv.py"
    script.write_text(script.read_text() + "\n# %% [markdown]\n# One more thing.\n")
    said = run(tmp_path, "nbgrader", "generate_assignment", "conv", code=1)
    assert "autograder build conv" in said
    assert not (tmp_path / "release" / "conv").exists()


# ---- grades ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["gradebook.db", "parallel.db"])
@pytest.mark.parametrize("assignment_id", IDS)
def test_every_cell_has_the_score_that_autograder_grade_gives(home: Path, assignment_id: str, database: str) -> None:
    expected = {
        student: {f"check_{each.name}": each.score for each in report.by_checks.exercises if each.max_score}
        for student, report in reports(home, assignment_id).items()
    }
    found = grades(home / database, assignment_id)
    assert len(found) == 10
    for cells in found.values():
        cells.pop("written_1", None)
    assert found == expected


def test_the_class_is_as_different_as_it_was_meant(home: Path) -> None:
    scores = {student: report.score for student, report in reports(home, "conv").items()}
    full = {student for student, score in scores.items() if score == 95}
    assert full == {"ada", "renate", "petra", "alan"}
    assert scores["nobody"] == 0
    assert all(0 < (scores[each] or 0) < 95 for each in ("barbara", "donald", "ole", "niklaus", "mallory"))


def test_a_progress_bar_on_stderr_costs_nobody_a_point(home: Path) -> None:
    assert grades(home / "gradebook.db", "conv")["petra"]["check_conv_output_shape"] == 5


@pytest.mark.parametrize("database", ["gradebook.db", "parallel.db"])
def test_a_written_answer_waits_for_a_person_and_a_missing_one_does_not(home: Path, database: str) -> None:
    waits = {row[0]: bool(row[4]) for row in rows(home / database, GRADES) if row[2] == "written_1"}
    assert waits.pop("ada")
    assert waits.pop("mallory")  # she wrote a number there
    assert not any(waits.values())
    assert grades(home / database, "conv")["nobody"]["written_1"] == 0


@pytest.mark.parametrize("database", ["gradebook.db", "parallel.db"])
def test_lateness_costs_what_course_yml_says_with_extensions(home: Path, database: str) -> None:
    assert penalties(home / database) == {"ada": 10.0}  # barbara has an extension of three days


def test_a_student_who_handed_in_only_another_assignment_is_in_neither(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "submitted" / "ada" / "optimizers", tmp_path / "eve" / "optimizers")
    shutil.copytree(home / "submitted" / "donald" / "conv", tmp_path / "donald" / "conv")
    words = ["--assignment", "conv", "--out", str(tmp_path / "out"), "--isolation", ISOLATION]
    said = run(home, "autograder", "grade", str(tmp_path), *words)
    assert "1 graded" in said


def test_points_that_were_given_in_formgrader_come_into_the_courses_grades_and_exports(home: Path) -> None:
    shutil.copy(home / "gradebook.db", home / "given.db")
    rows(home / "given.db", "update grade set manual_score = 4.5, needs_manual_grade = 0 where auto_score is null")
    words = ["--student", "ada", "--manual", "given.db"]
    assert "89.5 / 100" in run(home, "autograder", "grades", "out/conv", *words)  # 99.5 minus 10 for lateness
    rendered = run(home, "autograder", "export", "out/conv", "--to", "nbgrader", "--manual", "given.db")
    (ada,) = [line for line in rendered.splitlines() if ",ada," in line]
    assert ada.endswith(",99.5,10.0,89.5,100.0")


# ---- regrading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["nbgrader", "autograder"])
def test_what_a_person_wrote_survives_a_regrade_of_one_student(home: Path, way: str) -> None:
    database = home / f"{way}.db"
    shutil.copy(home / "gradebook.db", database)
    submitted = "select id from submitted_assignment where student_id = 'ada'"
    ours = f"(select id from submitted_notebook where assignment_id in ({submitted}))"
    rows(database, f"update grade set manual_score = 4.5 where auto_score is null and notebook_id in {ours}")
    rows(database, f"update comment set manual_comment = 'Well put.' where notebook_id in {ours}")
    if way == "nbgrader":
        link = f"--db=sqlite:///{database}"
        run(home, "nbgrader", "autograde", "conv", "--student", "ada", "--force", link, *SANDBOX)
    else:
        grade(home, "conv", database.name, "submitted/ada/conv")
    (manual,) = [row[5] for row in rows(database, GRADES) if row[:3] == ("ada", "conv", "written_1")]
    assert manual == 4.5
    comments = rows(database, f"select manual_comment from comment where notebook_id in {ours}")
    assert set(comments) == {("Well put.",)}
    assert grades(database, "conv") == grades(home / "gradebook.db", "conv")


def test_a_gradebook_without_the_assignment_is_refused_before_anything_is_graded(home: Path) -> None:
    said = grade(home, "conv", "nothing.db", code=3)
    assert "nbgrader generate_assignment conv" in said
    assert not (home / "nothing.db").exists()


# ---- feedback -------------------------------------------------------------------------------------------------------


def test_feedback_names_the_mistake(home: Path) -> None:
    report = reports(home, "conv")["donald"]
    hints = {check.hint for check in report.checks if check.mistake}
    assert len(hints) >= 2
    text = re.sub(r"\s+", " ", page(home, "donald"))
    assert all(" ".join(hint.split()) in text for hint in hints)


@pytest.mark.parametrize("student", ["donald", "ole", "niklaus", "mallory"])
def test_feedback_on_a_hidden_failure_shows_title_and_hint_only(home: Path, student: str) -> None:
    report, text = reports(home, "conv")[student], page(home, student)
    hidden = [check for check in report.checks if not check.public and check.status != "passed"]
    said = {check.message for check in report.checks if check.public}
    assert hidden
    for check in hidden:
        assert check.title in text
        assert check.message.split("\n")[0] not in text or check.message in said
    assert "Traceback" not in text
    assert report.seed not in text


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("ole", "crashed"),
        ("niklaus", "timeout"),
        ("nobody", "no conv.ipynb or conv.py in conv"),
        ("mallory", "is locked but was changed"),
        ("ada", "late (due 2026-10-12 23:59:00"),
    ],
)
def test_feedback_says_why(home: Path, student: str, reason: str) -> None:
    assert reason in page(home, student)


@pytest.mark.parametrize("student", ["ada", "mallory"])
def test_no_html_of_a_student_reaches_the_page(home: Path, student: str) -> None:
    text = (home / "feedback" / student / "conv" / "conv.html").read_text()
    assert "alert(1)" in text
    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text


# ---- exports and pages ----------------------------------------------------------------------------------------------


def test_nbgrader_exports_our_table(home: Path) -> None:
    exporter = "autograder.integrations.nbgrader.table.CsvExport"
    run(home, "nbgrader", "export", f"--exporter={exporter}", "--to", "ours.csv")
    table = [line.split(",") for line in (home / "ours.csv").read_text("utf-8-sig").splitlines()]
    scores = {row[0]: row[2] for row in table[1:] if row[1] == "optimizers"}
    assert {name: float(score) for name, score in scores.items()} == {
        name: report.score for name, report in reports(home, "optimizers").items()
    }
    (ada,) = [row for row in table if row[:2] == ["ada", "conv"]]
    assert ada[2] == ""  # the written answer has no points yet


def test_reports_can_be_had_in_nbgraders_own_columns(home: Path) -> None:
    run(home, "nbgrader", "export", "--to", "theirs.csv")
    heads, *theirs = (home / "theirs.csv").read_text().splitlines()
    ours = run(home, "autograder", "export", "out/optimizers", "--to", "nbgrader").splitlines()
    assert ours[0] == heads
    dated = [line for line in theirs if line.startswith("optimizers") and ",nobody," not in line]  # nobody has no time
    assert [line for line in ours[1:] if ",nobody," not in line] == sorted(dated, key=lambda line: line.split(",")[3])


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser")
def test_formgrader_shows_the_same_numbers(home: Path) -> None:
    with server(home) as address:
        browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000"]
        where = f"{address}/formgrader/manage_submissions/optimizers"
        done = subprocess.run([*browser, "--dump-dom", where], capture_output=True, text=True, timeout=120)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", done.stdout)).split())
    for student, report in reports(home, "optimizers").items():
        assert re.search(rf"\b{student} 2026-10-1\S+ \S+ \S+ graded {report.score:g} / 100\b", text), text


@contextlib.contextmanager
def server(home: Path) -> Iterator[str]:
    """A Jupyter server without a password, for a short time, on this machine only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["server", "--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token="]
    env = os.environ | {"HOME": str(home / ".home"), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    log = (home / "server.log").open("w")
    process = subprocess.Popen([str(BIN / "jupyter"), *words], cwd=home, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api/status"):
                break
            time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def test_the_isolation_of_the_machine_was_used(home: Path) -> None:
    assert {report.isolation for report in reports(home, "conv").values()} == {ISOLATION}
    assert ISOLATION != PROCESS or shutil.which("bwrap") is None
