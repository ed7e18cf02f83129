"""Every assignment: the audit is clean, other correct solutions score full marks, and the notebooks run."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check
from autograder.checking.judge import judge
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.proofs.audit import audit
from autograder.sandbox.child.loader import load
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.submission.read import read
from autograder.submission.release import Release
from examples.make_class import Assignment
from tests import kernels
from tests.assignments import COURSE, of_assignment, of_assignments
from tests.isolation import ISOLATION

ROOT = Path(__file__).parent.parent
IDS = of_assignments()
ALTERNATIVES = sorted((ROOT / "tests" / "alternatives").glob("*/*.py"))
OTHERS_WORK = [of_assignment(path.parent.name, path) for path in ALTERNATIVES]
SEEDS = 6
SEEDS_WHERE_CHECKS_TRAIN = 2  # even for fast solutions, which train on a hundred images


@functools.cache
def live(assignment_id: str) -> tuple[list[Check], LiveAnswers]:
    return load_live(COURSE, assignment_id)


@pytest.mark.parametrize("assignment_id", IDS)
def test_the_audit_finds_no_problem(assignment_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.proofs.mistakes.SEEDS", 1)  # `make audit` uses three, which takes minutes
    students = 1 if any(check.costly for check in live(assignment_id)[0]) else 3
    found = audit(COURSE, assignment_id, ISOLATION, students)
    assert found.problems == ()
    assert found.points == 100
    assert found.reference_score is not None
    assert found.reference_score + found.pending == 100
    assert set(found.stub_scores.values()) == {0}
    assert found.unworked_points <= _published(assignment_id)


def _published(assignment_id: str) -> float:
    """The maximum score of work without an implementation, according to SECURITY.md."""
    row = re.search(rf"^\| {assignment_id} \| ([\d.]+) \|", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
    assert row is not None
    return float(row[1])


@pytest.mark.parametrize("assignment_id", IDS)
def test_every_exercise_has_three_other_correct_implementations(assignment_id: str) -> None:
    checks, _ = live(assignment_id)
    files = [path.read_text() for path in ALTERNATIVES if path.parent.name == assignment_id]
    for exercise in {check.exercise for check in checks if check.points}:
        definition = re.compile(rf"^(def|class) {exercise}\b|^{exercise} = ", re.MULTILINE)
        defining = [text for text in files if definition.search(text)]
        assert len(defining) >= 3, exercise


@pytest.fixture(scope="module")
def grader(request: pytest.FixtureRequest) -> Iterator[Grader]:
    with Grader(COURSE, request.param, Options(ISOLATION)) as grader:
        yield grader


@pytest.mark.parametrize(
    ("grader", "path"),
    [pytest.param(each.values[0].parent.name, *each.values, id=each.id, marks=each.marks) for each in OTHERS_WORK],
    indirect=["grader"],
    scope="module",  # all solutions of one assignment in sequence, with one grader
)
def test_correct_work_written_another_way_scores_full_marks(grader: Grader, path: Path) -> None:
    report = grader.grade(Found(path.stem, path, None))
    wrong = [c for c in report.checks if c.status not in ("passed", "pending") and c.max_points]
    assert [(c.name, c.message) for c in wrong] == []
    assert report.score is not None
    assert report.score + report.pending == report.max_score == 100  # pending: needs a machine with a GPU


@pytest.mark.parametrize("path", OTHERS_WORK)
def test_it_does_so_for_every_student(path: Path) -> None:
    checks, answers = live(path.parent.name)
    release = Release.load(COURSE.release_dir(path.parent.name), path.parent.name)
    names, problems, _ = load(read(path, release).loadable)
    assert problems == []

    @contextlib.contextmanager
    def student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        yield Namespace(Local(names))

    scored = [check for check in checks if check.points and not check.costly]
    seeds = SEEDS_WHERE_CHECKS_TRAIN if any(check.costly for check in checks) else SEEDS
    for number in range(seeds):
        seed = hashlib.sha256(f"student {number}".encode()).digest()
        results = judge(scored, student, answers, seed, check_s=60.0)
        assert [(c.name, c.message) for e in results for c in e.checks if c.status != "passed"] == []


def _complaints(assignment_id: str, solved: bool, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(cell's source, error) of every cell of its notebook that raises or writes to stderr when it runs."""
    work = Assignment(COURSE, assignment_id)
    modules = COURSE.assignment(assignment_id).preload
    notebook = work.notebook(work.right if solved else {})
    cells = kernels.run(notebook, COURSE.release_dir(assignment_id), modules, monkeypatch)
    return [
        (cell.source, output.get("ename", "") + output.get("text", ""))
        for cell in cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


@pytest.mark.parametrize("assignment_id", IDS)
def test_a_notebook_imports_what_it_uses_by_its_whole_name(assignment_id: str) -> None:
    """`import scipy` alone would find scipy.special only in a kernel that has imported it already."""
    text = (COURSE.release_dir(assignment_id) / f"{assignment_id}.py").read_text()
    assert re.findall(r"^ *import (?:matplotlib|scipy|sklearn)(?: *$| as|,)", text, re.MULTILINE) == []


@pytest.mark.filterwarnings("ignore")  # Jupyter's own warnings
@pytest.mark.parametrize("assignment_id", IDS)
def test_the_solved_notebook_runs_from_top_to_bottom(assignment_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _complaints(assignment_id, True, monkeypatch) == []


@pytest.mark.filterwarnings("ignore")  # Jupyter's own warnings
@pytest.mark.parametrize("assignment_id", IDS)
def test_the_untouched_notebook_runs_from_top_to_bottom(assignment_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _complaints(assignment_id, False, monkeypatch) == []
