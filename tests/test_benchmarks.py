"""The benchmarks compare the same work, and their page shows the measured numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder.checking.answers import load_live
from autograder.checking.declare import collect
from autograder.course.course import Course
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from benchmarks import classes, nbgrader, page
from benchmarks.__main__ import RESULTS, rounded
from benchmarks.direct import Vanilla
from benchmarks.foreign.__main__ import said_of, verdict, words_of
from tests.assignments import COURSE, of_assignments

RESULT = {
    "machine": {"cores": 2, "python": "3.12.0", "at": "2030-01-01T00:00:00", "load_before": 0.1},
    "workers": {
        "submissions": 9,
        "seconds_per_submission": {"1 worker": 0.25, "2 workers": 0.125},
        "two_that_only_compute": 1.9,
        "throughput_of_one": {"1 worker": 1.0, "2 workers": 2.0},
    },
    "many": {
        "submissions": 1000,
        "seconds": 50.0,
        "rate_first_half": 20.0,
        "rate_second_half": 20.5,
        "memory_after_500_mib": 100.0,
        "memory_at_the_end_mib": 101.0,
        "memory_ratio": 1.01,
        "points": [{"done": 500, "seconds": 25.0, "parent_mib": 100.0}],
    },
}


def test_the_page_in_the_docs_is_made_from_the_results() -> None:
    assert (page.DOCS / "benchmarks.md").read_text() == page.render(page.read(RESULTS)), (
        "run `python -m benchmarks page`"
    )


def test_another_page_quotes_what_was_measured() -> None:
    found, text = page.read(RESULTS), (page.DOCS / "comparison.md").read_text(encoding="utf-8")
    assert page.quoting(text, found) == text, "run `python -m benchmarks page`"
    ordinary = {"submissions": 37, "nbgrader_s": 1234.5, "autograder_s": 7.0}
    other = page.quoting(text, {**found, "nbgrader": {"assignments": {"conv": {"ordinary": ordinary}}}})
    assert "one class of 37 submissions" in other
    assert "| 1234.5 s, against 7.00 s by `autograder grade` |" in other
    with pytest.raises(ValueError, match="should say once: one class of"):
        page.quoting(text.replace("one class of", "a class of"), found)


def test_the_page_shows_what_was_measured_and_plots_it(tmp_path: Path) -> None:
    (tmp_path / "scaling.json").write_text(json.dumps(RESULT))
    page.write(tmp_path, tmp_path)
    text = (tmp_path / "benchmarks.md").read_text()
    assert "| 2 workers | 125.0 ms | 2.00× |" in text
    assert "at the end (1.01×)" in text
    assert "noisy" not in text
    assert (tmp_path / "benchmarks" / "scaling.svg").read_text().startswith("<?xml")


def test_the_share_of_loops_is_said() -> None:
    seconds = {"without_loops": 6.0, "all": 8.0}
    result = {"assignment": "optimizers", "submissions": 60, "loops": 6, "seconds": seconds, "share": 0.25}
    text = page.render({"loops": {"machine": RESULT["machine"], **result}})
    assert "took 8.00 s, and 6.00 s without those: the loops are 25% of the time" in " ".join(text.split())


def test_a_busy_machine_is_said() -> None:
    busy = RESULT | {"machine": {**RESULT["machine"], "load_before": 3.0}}  # type: ignore[dict-item]
    assert "**The machine was busy (load 3): these numbers are noisy.**" in page.render({"scaling": busy})


def test_results_are_rounded_to_what_a_machine_can_tell() -> None:
    assert rounded({"a": [1.23456, 2], "b": "c"}) == {"a": [1.235, 2], "b": "c"}


@pytest.mark.parametrize("assignment_id", of_assignments(nbgrader.ASSIGNMENTS))
def test_the_checks_hold_for_the_reference_without_a_boundary_too(assignment_id: str, tmp_path: Path) -> None:
    folder = nbgrader.vanilla_folder(tmp_path / "vanilla", COURSE, assignment_id)
    names: dict[str, object] = {}
    exec((folder / "reference.py").read_text(), names)
    vanilla = Vanilla(str(folder), names)
    for check in collect(COURSE.solutions_dir(assignment_id) / "checks.py"):
        vanilla.holds(check.name)


@pytest.mark.parametrize("assignment_id", of_assignments(nbgrader.ASSIGNMENTS))
def test_nbgrader_can_read_the_notebook_that_it_is_given(assignment_id: str, tmp_path: Path) -> None:
    checks = collect(COURSE.solutions_dir(assignment_id) / "checks.py")
    code = classes.exercises(COURSE, assignment_id)
    notebook = nbgrader.notebook(COURSE, assignment_id, code, checks, tmp_path)
    nbformat.validate(notebook)
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in notebook["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_\-]+", name) for name in names)  # nbgrader's rule


@pytest.mark.torch
def test_mistakes_may_use_what_the_notebook_imports() -> None:
    class_ = classes.students(COURSE, "lenet", {"right": 1, "mistake": 60, "exception": 0, "loop": 0})
    changed = {name for each in class_[1:] for name in each.code if each.code[name] != class_[0].code[name]}
    assert changed >= {"lenet_param_count", "make_loaders", "train_epoch", "evaluate", "overfit_one_batch", "fit"}


def test_a_class_is_what_its_kinds_say(tmp_path: Path, isolation: str) -> None:
    course = classes.own_course(tmp_path / "course", "optimizers", check_s=1)
    class_ = classes.students(COURSE, "optimizers", {"right": 1, "mistake": 2, "exception": 1, "loop": 2})
    classes.hand_in(course, "optimizers", class_, tmp_path / "submitted")
    statuses, named = {}, set()
    with Grader(course, "optimizers", Options(isolation)) as grader:
        for student in class_:
            report = grader.grade(Found(student.id, tmp_path / "submitted" / student.id / "optimizers.ipynb", None))
            statuses[student.id] = {check.status for check in report.checks}
            named |= {student.id} if report.mistakes else set()
    assert statuses == {
        "right-000": {"passed"},
        "mistake-000": {"passed", "failed"},
        "mistake-001": {"passed", "failed"},
        "exception-000": {"passed", "failed"},
        "loop-000": {"passed", "timeout"},
        "loop-001": {"passed", "timeout"},
    }
    assert {"mistake-000", "mistake-001"} <= named


@pytest.mark.parametrize(
    ("judged", "came_to"),
    [
        ({"A.": True, "B.": "silent"}, "true"), ({"A.": True, "B.": "wrong"}, "wrong"), ({"A.": True}, "to judge"),
        ({"A.": "silent", "B.": "silent"}, "silent"), ({"A.": "?", "B.": "wrong"}, "to judge"),
    ],
)  # fmt: skip
def test_each_sentence_about_a_foreign_implementation_has_to_be_judged(judged: dict[str, object], came_to: str) -> None:
    assert verdict(("A.", "B."), judged) == came_to
    assert verdict((), judged) == "silent"


def test_a_foreign_implementation_is_graded_in_otherwise_right_work(tmp_path: Path, course: Course) -> None:
    path = tmp_path / "standardize" / "sample.py"
    path.parent.mkdir()
    path.write_text(
        "# says: n - 1\nimport numpy as np\ndef standardize(x, eps=1e-5):\n"
        "    return (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps), x.mean(0), None\n"
    )
    found = said_of(path, *load_live(course, "tiny"))
    assert words_of(path) == "n - 1"
    assert found is not None
    assert found.names == ("sample_variance",)
    path.write_text("def standardize(x): pass\n")
    with pytest.raises(ValueError, match="does not begin with a line `# says:"):
        words_of(path)
