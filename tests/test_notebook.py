"""What a notebook shows of a check, and what nbgrader reads from it."""

from __future__ import annotations

import contextlib
import json
import linecache
import logging
import os
import signal
import subprocess
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring import build, scaffold
from autograder.checking import kernel
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading import own_work
from autograder.notebook import case, check, earlier, hint, hints, history, uses, verdict
from autograder.notebook import own_work as earlier_work
from autograder.notebook.failing_case import Case
from autograder.notebook.history import edited, outdated
from autograder.report.evidence import Evidence
from autograder.report.report import CheckResult, ExerciseResult
from autograder.submission.release import Release
from autograder.text import HOLDS_FOR_NOTHING
from autograder.views.cell import render_html, render_text
from tests.released import put, released, script

PASSED = CheckResult("a", "adam takes one step.", 2.0, 2.0, True, "passed")
FAILED = CheckResult(
    "b", "adam <b>corrects</b> its bias.", 0.0, 4.0, True, "failed", "1, not 2\nhere", "m", "Look & see."
)
BROKEN = CheckResult("c", "adam is quick.", 0.0, 0.0, True, "error", "no sandbox")


def make_release(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    text = "".join(f'@check("{name}", points=1, public=True)\ndef holds_{name}(student): ...\n' for name in names)
    (folder / f"test_{folder.name}.py").write_text(text)
    (folder / "answers.npz").write_bytes(b"")
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The requests of check(), in a kernel that was started in tmp_path."""
    calls: list[Any] = []

    def judge(folder: Path, name: str, namespace: dict[str, Any]) -> ExerciseResult:
        calls.append((folder, name, namespace))
        return ExerciseResult(name, (PASSED, FAILED))

    monkeypatch.setattr(kernel, "check_in_kernel", judge)
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    return calls


class Shell:
    """Replaces IPython in a kernel; stores what is displayed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: list[dict[str, str]] = []
        module = types.ModuleType("IPython")
        module.get_ipython = lambda: self  # type: ignore[attr-defined]
        display = types.ModuleType("IPython.display")
        display.display = lambda data, raw: self.shown.append(data)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "IPython", module)
        monkeypatch.setitem(sys.modules, "IPython.display", display)


@pytest.fixture
def no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)


# ---- check ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("execution", "value"), [("autograde", 2.0), ("validate", None), (None, None)])
def test_the_cell_has_a_value_for_nbgrader_alone(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, execution: Any, value: Any
) -> None:
    make_release(tmp_path / "optimizers", "adam")
    sys.modules["__main__"].__file__ = str(tmp_path / "optimizers" / "optimizers.py")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    if execution:
        monkeypatch.setenv("NBGRADER_EXECUTION", execution)
    assert check("adam") == value


def test_the_kernels_own_names_are_judged(asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any) -> None:
    folder = make_release(tmp_path / "optimizers", "adam")
    monkeypatch.chdir(folder)
    sys.modules["__main__"].adam = adam = object()  # type: ignore[attr-defined]
    check("adam")
    ((where, name, namespace),) = asked
    assert (where, name, namespace["adam"]) == (folder, "adam", adam)


@pytest.mark.parametrize("name", ["rnn", "lstm", "q_peak"])
def test_questions_and_checks_of_several_exercises_are_found(
    asked: list[Any], no_shell: None, tmp_path: Path, name: str, monkeypatch: Any
) -> None:
    folder = make_release(tmp_path / "recurrent", "sample")
    with (folder / "test_recurrent.py").open("a") as file:
        file.write('@check(\n    "rnn",\n    "lstm",\n    points=1,\n)\ndef holds(student): ...\n')
        file.write('q_peak = question("The \\"day\\" of the peak.")\n')
    monkeypatch.chdir(folder)
    check(name)
    assert [(where, exercise) for where, exercise, _ in asked] == [(folder, name)]


def test_nothing_reaches_stderr(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))

    def noisy(folder: Path, name: str, namespace: dict[str, Any]) -> ExerciseResult:
        warnings.warn("overflow", stacklevel=1)
        print("50 %\x1b[2J", file=sys.stderr)
        return ExerciseResult(name, (PASSED,))

    monkeypatch.setattr(kernel, "check_in_kernel", noisy)
    check("adam")
    captured = capfd.readouterr()
    assert captured.err == ""
    assert "50 %" in captured.out
    assert "\x1b" not in captured.out


def test_in_a_kernel_the_result_is_displayed_as_html_and_text(
    asked: list[Any], tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    shell = Shell(monkeypatch)
    check("adam")
    assert [sorted(data) for data in shell.shown] == [["text/html", "text/plain"]]
    assert capsys.readouterr() == ("", "")


def test_outside_a_kernel_the_result_is_printed(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    check("adam")
    assert capsys.readouterr().out == render_text(ExerciseResult("adam", (PASSED, FAILED)), at_hand=True) + "\n"


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """A release whose notebook and script contain the right answer."""
    (tmp_path / "course.yml").write_text("title: Tiny\nassignments:\n" + scaffold.course_entry("tiny"))
    course = Course.load(tmp_path / "course.yml")
    scaffold.new(course, "tiny")
    build.build(course, "tiny")
    folder = course.release_dir("tiny")
    for file in (folder / "tiny.py", folder / "tiny.ipynb"):
        stub = "raise NotImplementedError(" + json.dumps("mse is not written yet") + ")"
        text = file.read_text()
        stub = stub if stub in text else json.dumps(stub)[1:-1]
        assert stub in text
        file.write_text(text.replace(stub, "print('%'); return float(np.mean(np.square(x - y)))"))
    return folder


def test_a_script_run_as_a_program_checks_itself(solved: Path) -> None:
    environment = {**os.environ, "MPLBACKEND": "agg"}
    command = [sys.executable, "-W", "ignore", "tiny.py"]
    done = subprocess.run(command, cwd=solved, env=environment, capture_output=True, text=True, check=True)
    assert "mse: 1 of 1 public checks pass, 20 of 20 points here, 80 more when graded" in done.stdout
    assert done.stderr == ""


def test_stock_nbgrader_reads_the_points_from_the_cell(solved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")  # as `nbgrader autograde` does
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own warnings
        determine_grade = pytest.importorskip("nbgrader.utils").determine_grade
        import nbclient
        import nbformat

        executed = nbformat.read(solved / "tiny.ipynb", as_version=4)
        nbclient.NotebookClient(executed, resources={"metadata": {"path": str(solved)}}).execute()
    (cell,) = (c for c in executed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "check_mse")
    assert determine_grade(cell) == (20.0, 100.0)
    assert [output.get("name") for output in cell.outputs if output.output_type == "stream"] in ([], ["stdout"])


# ---- where the assignment is ----------------------------------------------------------------------------------------


def test_the_assignment_is_found_from_the_courses_folder(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any
) -> None:
    make_release(tmp_path / "assignments" / "conv", "pool")
    folder = make_release(tmp_path / "assignments" / "optimizers", "adam")
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path / "notes")
    check("adam")
    assert asked[0][0] == folder


def test_an_exercise_of_two_assignments_is_that_of_the_files_name(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any
) -> None:
    make_release(tmp_path / "assignments" / "conv", "adam")
    folder = make_release(tmp_path / "assignments" / "optimizers", "adam")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "optimizers.ipynb"))
    check("adam")
    assert asked[0][0] == folder


def test_tests_without_answers_are_no_assignment(asked: list[Any], no_shell: None, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("")
    with pytest.raises(CourseError, match="no assignment"):
        check("adam")


def test_an_unknown_exercise_is_named_with_the_nearest(asked: list[Any], tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam", "sgd"))
    with pytest.raises(CourseError, match=r"'adma'.*did you mean 'adam'"):
        check("adma")


# ---- how it looks ---------------------------------------------------------------------------------------------------


def text_of(*checks: CheckResult, **options: Any) -> list[str]:
    return render_text(ExerciseResult("adam", checks), **options).split("\n")


def test_text_says_first_which_mistake_it_is_then_what_failed_then_what_holds() -> None:
    assert text_of(PASSED, FAILED, BROKEN) == [
        "adam: 1 of 3 public checks pass, 2 of 6 points",
        "  → Look & see.",
        "  ✗ adam <b>corrects</b> its bias.  0/4",
        "      1, not 2",
        "      here",
        "  ! adam is quick.",
        "      error: no sandbox",
        "      This is a problem of the course, not of your code: please tell its staff.",
        "  ✓ adam takes one step.  2/2",
    ]


def test_a_mistake_is_named_once_and_a_hint_of_one_check_stands_there() -> None:
    other = replace(FAILED, name="d", title="Other.", mistake=None, hint="And t?")
    text = text_of(FAILED, replace(FAILED, name="e"), other)
    assert [row.strip() for row in text if "→" in row] == ["→ Look & see.", "→ And t?"]
    assert text.index("      → And t?") == len(text) - 1


def test_what_is_not_written_is_one_line() -> None:
    unwritten = replace(FAILED, message="adam is not written yet", mistake=None, hint="")
    checks = (replace(unwritten, name="f"), unwritten)
    assert text_of(*checks, worth=10.0) == ["adam: not written yet (8 points here, 2 more when graded)"]
    assert len(text_of(*checks, PASSED)) == 6
    assert "<li" not in render_html(ExerciseResult("adam", checks))
    needed = [replace(each, message="sgd is not written yet", hint="adam needs `sgd` first.") for each in checks]
    assert text_of(*needed, worth=10.0) == ["adam: needs sgd first (8 points here, 2 more when graded)"]
    assert "<li" in render_html(ExerciseResult("adam", (*checks, PASSED)))


def test_points_to_come_are_told_from_those_here() -> None:
    assert (
        text_of(PASSED, FAILED, worth=8.5)[0]
        == "adam: 1 of 2 public checks pass, 2 of 6 points here, 2.5 more when graded"
    )
    assert text_of(PASSED, FAILED, worth=6.0)[0] == text_of(PASSED, FAILED)[0]


def test_a_question_is_right_or_not_yet() -> None:
    def headline(check: CheckResult) -> str:
        return render_text(ExerciseResult("q", (replace(check, max_points=0.0, points=0.0),))).split("\n")[0]

    assert headline(PASSED) == "q: right"
    assert headline(FAILED) == "q: not yet"
    assert headline(replace(FAILED, message="q has no answer yet", mistake=None, hint="")) == "q: no answer yet"


def test_of_a_page_only_the_first_failure_is_open() -> None:
    markup = render_html(ExerciseResult("adam", (PASSED, FAILED, replace(FAILED, name="d"), BROKEN)))
    assert (markup.count("<details open>"), markup.count("<details>"), markup.count("<li")) == (1, 2, 4)


def test_what_waits_for_other_checks_comes_after_them() -> None:
    waits = replace(FAILED, title="waits", message=HOLDS_FOR_NOTHING, mistake=None, hint="")
    lines = render_text(ExerciseResult("adam", (waits, PASSED, FAILED))).split("\n")
    assert [line.split()[1] for line in lines if line.startswith(("  ✗", "  ✓"))].index("waits") == 1


def test_html_escapes_every_text_and_is_well_formed() -> None:
    hostile = CheckResult("d", "<script>1</script>", 0, 1, True, "failed", "<img src=x>\x1b[2J", None, "</pre><i>")
    markup = render_html(ExerciseResult("<u>", (hostile, FAILED)))
    opened: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert tag in {"div", "b", "ul", "li", "span", "pre", "details", "summary"}
            opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Tags().feed(markup)
    assert opened == []
    assert "\x1b" not in markup
    assert "Look &amp; see." in markup


# ---- uses -----------------------------------------------------------------------------------------------------------


def stub(name: str) -> None:
    raise NotImplementedError(f"{name} is not written yet")


def test_a_picture_of_unwritten_work_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with uses("sgd", "adam"):
        stub("adam")
    assert capsys.readouterr().out == "adam is not written yet: this picture appears when it is.\n"


def test_another_message_names_all_that_the_picture_uses(capsys: pytest.CaptureFixture[str]) -> None:
    with uses("sgd", "adam"):
        raise NotImplementedError
    assert capsys.readouterr().out.startswith("sgd or adam is not written yet")


def test_any_other_error_is_shown(asked: list[Any], tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(ZeroDivisionError), uses("adam"):  # there is no release to check with
        _ = 1 / 0
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    monkeypatch.setattr(kernel, "check_in_kernel", lambda *_: ExerciseResult("adam", (PASSED,)))
    with pytest.raises(ZeroDivisionError), uses("adam"):
        _ = 1 / 0


def test_wrong_work_stops_its_picture_only(
    asked: list[Any], tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    with uses("adam"):
        _ = 1 / 0
    said = "No picture yet: see the check of adam. The cell stopped with ZeroDivisionError: division by zero\n"
    assert capsys.readouterr() == (said, "")


def test_half_drawn_figures_are_closed_and_others_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    plt.close("all")  # figures of earlier tests
    before = plt.figure().number
    with uses("adam"):
        plt.figure()
        stub("adam")
    assert plt.get_fignums() == [before]
    plt.close("all")


def test_importing_it_is_cheap() -> None:
    assert not hasattr(verdict, "kernel")
    assert not hasattr(earlier_work, "kernel")


# ---- hint -----------------------------------------------------------------------------------------------------------


def folded(*hints: str) -> dict[str, Any]:
    text = "\n\n".join(
        f"<details><summary>Hint {n}: go</summary>\n\n{hint}\n\n</details>" for n, hint in enumerate(hints, 1)
    )
    return {"cell_type": "markdown", "metadata": {}, "source": [f"{line}\n" for line in text.split("\n")]}


@pytest.fixture
def with_hints(asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with two hints for adam and none for sgd; the fold after the plot belongs to neither."""
    notebook_ = released()
    at = next(i for i, cell in enumerate(notebook_["cells"]) if cell["source"] == 'check("adam")')
    demo = next(cell for cell in notebook_["cells"] if cell["metadata"].get("tags") == ["demo"])
    notebook_["cells"][at + 1 :] = [folded("Look at $m$.", "Then at `v`."), demo, folded("No.")]
    folder = make_release(tmp_path / "optimizers", "sgd", "adam")
    put(folder / "optimizers.ipynb", notebook_)
    put(folder / "optimizers.py", script(released()))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(hints, "_shown", {})
    return folder


def test_hints_come_one_by_one(with_hints: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        hint("adam")
    first, second = "Hint 1: go\nLook at m.\n", "Hint 2: go\nThen at `v`.\n"
    assert capsys.readouterr().out == first + second + second


def test_a_kernel_shows_a_hint_with_its_formulas(with_hints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(monkeypatch)
    hint("adam")
    (shown,) = shell.shown
    assert shown["text/markdown"] == "**Hint 1: go**\n\nLook at $m$."


def test_without_hints_it_says_so(with_hints: Path) -> None:
    with pytest.raises(CourseError, match="sgd has no hints"):
        hint("sgd")


# ---- earlier --------------------------------------------------------------------------------------------------------


def mse(x: Any, y: Any) -> str:
    return "as given"


def shape_of(x: Any) -> str:
    return "as given"


@pytest.fixture
def later(solved: Path, no_shell: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The solved release tiny, seen from the folder of the next assignment."""
    folder = solved.parent / "next"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    (solved / "tiny.ipynb").unlink()
    return solved


def test_what_holds_is_the_students_own(later: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = earlier("tiny", mse)
    assert capsys.readouterr().out == "Your own, from tiny: mse\n"
    assert own(np.ones(2), np.zeros(2)) == 1.0


def test_what_does_not_hold_is_as_given(later: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script_ = later / "tiny.py"
    script_.write_text(script_.read_text().replace("np.square(x - y)", "np.abs(x - y)"))
    assert earlier("tiny", mse) is mse
    said = "As given in this notebook: mse (yours in tiny are missing or fail a public check)\n"
    assert capsys.readouterr().out.endswith(said)


def test_several_come_in_order_each_by_itself(later: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, own = earlier("tiny", shape_of, mse)
    assert given is shape_of
    assert own is not mse
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Your own, from tiny",
        "As given in this notebook",
    ]


@pytest.mark.parametrize("failing", ["pool_forward", "pool_backward"])
def test_a_pass_comes_with_the_other_whose_cache_it_shares(
    later: Path, failing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pool_forward() -> None: ...
    def pool_backward() -> None: ...
    def mean_forward() -> None: ...

    own = dict.fromkeys(("pool_forward", "pool_backward", "mean_forward"), print)
    monkeypatch.setattr(kernel, "own_work", lambda folder: own)
    monkeypatch.setattr(earlier_work, "_passes", lambda folder, name, defined: name != failing)
    given = (pool_forward, pool_backward, mean_forward)
    assert earlier("tiny", *given) == (pool_forward, pool_backward, print)
    monkeypatch.setattr(earlier_work, "_passes", lambda folder, name, defined: True)
    assert earlier("tiny", *given) == (print, print, print)


def test_experiments_beside_earlier_work_do_not_run(later: Path) -> None:
    script_ = later / "tiny.py"
    script_.write_text(script_.read_text() + "\n# %%\nrate = 2\nwhile True:\n    rate = rate\n")
    assert earlier("tiny", mse) is not mse


@pytest.mark.parametrize("kept", [True, False])
def test_without_the_earlier_assignment_all_is_as_given(
    later: Path, kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if kept:
        (later / "tiny.py").write_bytes(b"")
        assert earlier("tiny", mse) is mse
        assert "the file is empty" in capsys.readouterr().out
    assert earlier("none", mse) is mse
    assert "none is not beside this assignment" in capsys.readouterr().out


# ---- what the kernel has run, and interrupts ------------------------------------------------------------------------

FIRST = "def adam(w):\n    return w\n"


def ran(source: str, file: str, names: dict[str, Any]) -> None:
    """Run a source as a cell is run: its source is known under a file name of its own."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names.setdefault("In", []).append(source)
    with contextlib.suppress(Exception):
        exec(compile(source, file, "exec"), names)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("def adam(w)\n    return 2 * w\n", "did not run: SyntaxError: expected ':' (line 1: `def adam(w)`)"),
        ("import nothing_like_it\ndef adam(w):\n    return 2 * w\n", "ended before it defined"),
        ("def adam(w):\n    return 2 * w\n", ""),
        ("%time 1 + 1\ndef adam(w):\n    return 2 * w\n", "ended before"),  # nothing here understands the magic
        ("adam(1) == 2\n", ""),
        ("x = 1  # def adam(w)\n", ""),
    ],
)
def test_a_cell_that_did_not_get_as_far_is_not_judged(second: str, said: str) -> None:
    names: dict[str, Any] = {}
    ran(FIRST, "/tmp/ipykernel_1/1.py", names)
    assert outdated("adam", names) == ""
    ran(second, "/tmp/ipykernel_1/2.py", names)
    assert said in outdated("adam", names)
    assert bool(said) == bool(outdated("adam", names))


def test_a_class_is_known_by_its_methods() -> None:
    names: dict[str, Any] = {}
    ran("class Net:\n    def forward(self, x):\n        return x\n", "/tmp/ipykernel_1/3.py", names)
    assert outdated("Net", names) == ""
    ran("1 / 0\nclass Net:\n    def forward(self, x):\n        return -x\n", "/tmp/ipykernel_1/4.py", names)
    assert "ended before" in outdated("Net", names)


def test_an_outdated_function_is_not_judged(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    names = sys.modules["__main__"].__dict__
    ran(FIRST, "/tmp/ipykernel_1/5.py", names)
    ran("def adam(w):\nreturn w\n", "/tmp/ipykernel_1/6.py", names)
    assert check("adam") is None
    assert not asked
    assert "IndentationError" in capsys.readouterr().out


SECOND = "def adam(w):\n    return 2 * w\n"


class Kernel:
    """Simulates a kernel that runs cells of a notebook on the disk, as far as `edited` needs it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "optimizers.ipynb"
        self.names: dict[str, Any] = {"In": []}
        self.user_ns = self.names
        self.events = self
        self.saves = 0
        monkeypatch.setenv("JPY_SESSION_NAME", str(self.file))
        monkeypatch.setattr(history, "_ran", [])
        history.follow(self)

    def register(self, event: str, called: Any) -> None:
        assert event == "pre_run_cell"
        self.called = called

    def save(self, *cells: str) -> None:
        self.saves += 1
        saved = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
        self.file.write_text(json.dumps({"cells": saved}))
        os.utime(self.file, ns=(self.saves, self.saves))

    def run(self, cell: str) -> None:
        self.called(types.SimpleNamespace(raw_cell=cell))
        ran(cell, f"/tmp/ipykernel_9/{len(self.names['In'])}.py", self.names)


@pytest.fixture
def a_cell_ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """A kernel in which the saved cell of adam has run."""
    started = Kernel(tmp_path, monkeypatch)
    started.save(FIRST)
    started.run(FIRST)
    return started


def test_a_cell_that_was_edited_and_saved_but_not_run_is_said(a_cell_ran: Kernel) -> None:
    a_cell_ran.save(SECOND)
    assert edited("adam", a_cell_ran.names).startswith("The cell of adam was edited after it ran. Run it again;")


def test_a_cell_that_was_edited_and_run_but_not_saved_is_judged(a_cell_ran: Kernel) -> None:
    a_cell_ran.run(SECOND)
    assert edited("adam", a_cell_ran.names) == ""


def test_after_it_was_run_again_nothing_is_said(a_cell_ran: Kernel) -> None:
    a_cell_ran.save(SECOND)
    a_cell_ran.run(SECOND)
    assert edited("adam", a_cell_ran.names) == ""


def test_a_cell_that_was_saved_as_it_ran_is_judged(a_cell_ran: Kernel) -> None:
    a_cell_ran.save("# adam\n%matplotlib inline\n" + FIRST.replace("\n    ", "\n\n    # as it is\n    "))
    assert edited("adam", a_cell_ran.names) == ""


def test_where_two_cells_define_an_exercise_nobody_knows(a_cell_ran: Kernel) -> None:
    a_cell_ran.save(FIRST, SECOND)
    assert edited("adam", a_cell_ran.names) == ""


def test_without_a_file_nobody_knows(a_cell_ran: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    a_cell_ran.save(SECOND)
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert edited("adam", a_cell_ran.names) == ""


def test_a_damaged_file_says_nothing(a_cell_ran: Kernel) -> None:
    a_cell_ran.save(SECOND)
    a_cell_ran.file.write_text("{")
    assert edited("adam", a_cell_ran.names) == ""


def test_what_a_check_has_measured_is_shown(
    asked: list[Any], tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    evidence = Evidence()
    evidence.curve("The loss", {"training": [2.3, 0.5]}, x="epoch", y="<loss>")
    measured = replace(PASSED, evidence=tuple(evidence.figures))
    monkeypatch.setattr(kernel, "check_in_kernel", lambda *_: ExerciseResult("adam", (measured,)))
    shell = Shell(monkeypatch)
    check("adam")
    (data,) = shell.shown
    assert "The loss, training  2.3 → 0.5" in data["text/plain"]
    assert "<svg" in data["text/html"]
    assert "shadowrootmode" not in data["text/html"]  # it does nothing if a script inserts it
    assert "&lt;loss&gt;" in data["text/html"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Make an interrupt raise, even if these tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_one_interrupt_ends_the_whole_check_and_says_where(
    solved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(solved)
    Shell(monkeypatch)
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    looping = "import signal\ndef mse(x, y):\n    while True:\n        signal.raise_signal(signal.SIGINT)\n"
    ran(looping, "/tmp/ipykernel_1/7.py", main.__dict__)
    assert check("mse") is None
    said = "mse: stopped at line 4: `signal.raise_signal(signal.SIGINT)`, in the loop of line 3: `while True:`\n"
    assert capsys.readouterr().out == said


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("    while signal.raise_signal(signal.SIGINT):\n        pass\n", "line 3: `while"),
        ("    signal.raise_signal(signal.SIGINT)\n", "line 3: `signal"),
        (
            "    for _ in x:\n        stop()\ndef stop():\n    signal.raise_signal(signal.SIGINT)\n",
            "line 3: `for _ in x:`",
        ),
    ],
)
def test_where_it_was_stopped_names_the_loop_if_there_is_one(
    at_work: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, where: str
) -> None:
    Shell(monkeypatch)
    ran(f"import signal\ndef mse(x, y):\n{code}", "/tmp/ipykernel_1/9.py", at_work.__dict__)
    check("mse")
    said = capsys.readouterr().out
    assert where in said
    assert ("in the loop of" in said) == ("for" in code)


def test_a_script_ends_by_an_interrupt(solved: Path, no_shell: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(solved)
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    ran("def mse(x, y):\n    raise KeyboardInterrupt\n", "/tmp/ipykernel_1/8.py", main.__dict__)
    with pytest.raises(KeyboardInterrupt):
        check("mse")


def test_what_takes_long_says_that_it_is_still_running(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))
    said = threading.Event()
    monkeypatch.setattr(verdict, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(threading.Timer, "run", lambda timer: (timer.function(*timer.args, **timer.kwargs), said.set()))
    monkeypatch.setattr(kernel, "check_in_kernel", lambda *_: (said.wait(60), ExerciseResult("adam", (PASSED,)))[1])
    check("adam")
    assert capsys.readouterr().out.startswith("Still running; Ctrl-C stops it.\nadam: 1 of 1")


def test_prints_stand_below_the_verdict_and_are_cut(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "adam"))

    def loud(folder: Path, name: str, namespace: dict[str, Any]) -> ExerciseResult:
        for number in range(30):
            print("row", number)
        return ExerciseResult(name, (PASSED,))

    monkeypatch.setattr(kernel, "check_in_kernel", loud)
    check("adam")
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].startswith("adam: 1 of 1")
    assert rows[2:] == [f"row {number}" for number in range(20)] + ["(10 more lines)"]


def test_the_function_itself_names_its_exercise(
    asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(make_release(tmp_path / "optimizers", "mse"))
    check(mse)
    assert asked[0][1] == "mse"
    with pytest.raises(CourseError, match="in quotes"):
        check(3)


def test_without_a_name_all_of_the_assignment_is_shown(
    solved: Path, no_shell: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(solved)
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert check() is None
    assert capsys.readouterr().out == "tiny: nothing is defined yet. Run the cells above first.\n"
    assert own_work.remembered(Course.find(solved), "tiny") is None
    main.mse = lambda x, y: float(np.mean(np.square(x - y)))  # type: ignore[attr-defined]
    check()
    assert capsys.readouterr().out.splitlines() == [
        "tiny: 20 of 20 points here, 80 more when graded",
        "  mse  ━━━━━━━━━━  20 of 20",
        "All public checks pass. You can hand in your work now.",
    ]
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    check()  # as after a restart of the kernel
    last = own_work.remembered(Course.find(solved), "tiny")
    assert last is not None
    assert last.score == 20.0


@pytest.fixture
def at_work(solved: Path, no_shell: None, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A kernel in the folder of the assignment tiny."""
    monkeypatch.chdir(solved)
    main = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", main)
    return main


def test_a_failing_case_has_what_went_in_what_came_out_and_what_was_expected(at_work: Any) -> None:
    at_work.mse = lambda x, y: float(np.sum(np.square(x - y)))
    failing = case("mse")
    assert failing is not None
    assert (failing.function, failing.exercise) == ("mse", "mse")
    assert failing.got == at_work.mse(*failing.args, **failing.kwargs)
    assert failing.expected == pytest.approx(np.mean(np.square(failing.args[0] - failing.args[1])))
    assert "  args[0] = " in repr(failing)
    assert f"  expected = {float(failing.expected):.7g}" in repr(failing)
    with pytest.raises(ValueError, match="no two arrays"):
        failing.show()


def test_without_a_failing_case_it_says_why(at_work: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert case("mse") is None
    assert capsys.readouterr().out == "mse is not defined. Run the cell that defines it.\n"
    at_work.mse = lambda x, y: float(np.mean(np.square(x - y)))
    assert case("mse") is None
    assert capsys.readouterr().out == "mse: no public check fails\n"


def test_the_verdict_names_the_case(at_work: Any, capsys: pytest.CaptureFixture[str]) -> None:
    at_work.mse = lambda x, y: 0.0
    check("mse")
    assert 'case("mse") shows the first failure' in capsys.readouterr().out
    at_work.mse = lambda x, y: float(np.mean(np.square(x - y)))
    check("mse")
    assert "case(" not in capsys.readouterr().out


def test_the_maps_are_of_the_plane_that_differs_most() -> None:
    expected = np.zeros((2, 3, 4, 5))
    got = expected.copy()
    got[1, 2, 3, 4] = 9.0
    axes = Case("f", "f", (), {}, 0, "", "out", got, expected).show()
    sys.modules["matplotlib.pyplot"].close(axes[0].figure)
    assert [ax.get_title() for ax in axes] == ["got[1, 2]", "expected[1, 2]", "difference"]


def test_a_case_has_the_items_of_a_dict() -> None:
    options = {"stride": 2, "v": np.zeros((9, 9))}
    shown = repr(Case("f", "f", (options,), {}, 0, "no", "w", 1.0, 2.0))
    assert "  args[0] = {'stride': 2, 'v': an array of shape (9, 9), dtype float64}\n" in shown


def test_a_walk_of_calls_is_told_by_its_first() -> None:
    made = Case("sgd", "sgd", (np.ones(2),), {}, 4, "no", "w", 1.0, 2.0)
    assert repr(made).startswith(
        'c = case("sgd")\nsgd(*c.args), and 4 more calls, each with the result of the previous call, where c has\n'
    )


def test_what_a_case_says_to_call_can_be_called(at_work: Any) -> None:
    at_work.mse = lambda x, y: 0.0
    first, second = repr(case("mse")).split("\n")[:2]
    names = {"case": case, "mse": at_work.mse}
    exec(first, names)
    exec("came = " + second.partition(", where")[0], names)
    assert names["came"] == 0.0


def test_a_case_shows_small_arrays_whole() -> None:
    made = repr(Case("f", "f", (np.arange(12.0).reshape(3, 4), np.zeros((9, 9))), {"axis": 1}, 0, "", "out", 1, 2))
    first, second = made.split("\n")[2:4]
    assert "4.,  5.,  6.,  7." in second
    assert first.index("[ 0.") == second.index("[ 4.")
    assert "  args[1] = an array of shape (9, 9), dtype float64" in made
    assert "f(*c.args, **c.kwargs), where c has" in made


@pytest.mark.parametrize("command", [case, hint])
def test_what_needs_an_exercise_says_which_there_are(command: Any, at_work: Any) -> None:
    with pytest.raises(CourseError, match=rf'^{command.__name__} takes .* in quotes: {command.__name__}\("mse"\)$'):
        command()


def test_a_name_like_no_other_gets_those_of_its_own_assignment(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, exercise in (("losses", "mse"), ("backprop", "Value")):  # each has two checks
        make_release(tmp_path / "assignments" / name, exercise, exercise)
    monkeypatch.chdir(tmp_path / "assignments" / "losses")
    with pytest.raises(CourseError, match=r"no exercise 'all' with a public check; known are 'mse'$"):
        check("all")


def test_what_has_code_above_its_stub_is_said_to_have_it(at_work: Any, capsys: pytest.CaptureFixture[str]) -> None:
    text = "def mse(x, y):\n    {}# YOUR CODE HERE\n    raise NotImplementedError('mse is not written yet')\n"
    ran(text.format(""), "/tmp/ipykernel_1/11.py", at_work.__dict__)
    check("mse")
    assert "delete" not in capsys.readouterr().out
    ran(text.format("error = x - y\n    "), "/tmp/ipykernel_1/12.py", at_work.__dict__)
    check("mse")
    assert "or if it is, delete what is left of the stub (line 4: `raise" in capsys.readouterr().out


def test_ipython_shows_a_fault_without_the_way_through_our_code() -> None:
    assert CourseError("there is no exercise 'adma'")._render_traceback_() == ["there is no exercise 'adma'"]


def test_the_table_is_in_the_order_of_the_notebook() -> None:
    folder = Path(__file__).parent.parent / "assignments" / "losses"
    results = kernel.check_all_in_kernel(folder, {})
    public = [each.name for each in results]
    assert public == [name for name in Release.load(folder, "losses").exercises if name in public]
