"""What a notebook shows of a check, and what it leaves for nbgrader to read."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import types
import warnings
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograder import author, kernel, notebook, skeleton
from autograder.course import Course
from autograder.errors import CourseError
from autograder.notebook import check, render_html, render_text, uses
from autograder.report import CheckResult, ExerciseResult

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
    """What check() asks to have judged, in a kernel that has started in tmp_path."""
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
    """Stands for IPython in a kernel; keeps what is displayed."""

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


def test_the_value_is_a_float_of_the_points_that_no_page_shows(
    asked: list[Any], no_shell: None, tmp_path: Path
) -> None:
    make_release(tmp_path / "optimizers", "adam")
    sys.modules["__main__"].__file__ = str(tmp_path / "optimizers" / "optimizers.py")
    score = check("adam")
    assert (repr(score), score._repr_html_()) == ("2.0", "")


def test_the_kernels_own_names_are_judged(asked: list[Any], no_shell: None, tmp_path: Path, monkeypatch: Any) -> None:
    folder = make_release(tmp_path / "optimizers", "adam")
    monkeypatch.chdir(folder)
    sys.modules["__main__"].adam = adam = object()  # type: ignore[attr-defined]
    check("adam")
    ((where, name, namespace),) = asked
    assert (where, name, namespace["adam"]) == (folder, "adam", adam)


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
    assert capsys.readouterr().out == render_text(ExerciseResult("adam", (PASSED, FAILED))) + "\n"


@pytest.fixture
def solved(tmp_path: Path) -> Path:
    """A release whose notebook and script hold the right answer."""
    (tmp_path / "course.yml").write_text("title: Tiny\nassignments:\n" + skeleton.course_entry("tiny"))
    course = Course.load(tmp_path / "course.yml")
    skeleton.new(course, "tiny")
    author.build(course, "tiny")
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
    assert "mse: 1 of 1 public checks hold, 40 of 40 points" in done.stdout
    assert done.stderr == ""


def test_stock_nbgrader_reads_the_points_from_the_cell(solved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Jupyter's own
        import nbclient
        import nbformat
        from nbgrader.utils import determine_grade

        executed = nbformat.read(solved / "tiny.ipynb", as_version=4)
        nbclient.NotebookClient(executed, resources={"metadata": {"path": str(solved)}}).execute()
    (cell,) = (c for c in executed.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "check_mse")
    assert determine_grade(cell) == (40.0, 100.0)
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


def test_text_says_what_failed_and_what_to_look_at() -> None:
    text = render_text(ExerciseResult("adam", (PASSED, FAILED, BROKEN)))
    assert text.split("\n") == [
        "adam: 1 of 3 public checks hold, 2 of 6 points",
        "  ✓ adam takes one step.  2/2",
        "  ✗ adam <b>corrects</b> its bias.  0/4",
        "      1, not 2",
        "      here",
        "      → Look & see.",
        "  ! adam is quick.",
        "      error: no sandbox",
        "      This is a fault of the course, not yours: please tell its staff.",
    ]


def test_when_all_holds_the_hidden_checks_are_mentioned() -> None:
    assert "hidden checks come" in render_text(ExerciseResult("adam", (PASSED,)))


def test_a_question_is_right_or_not_yet() -> None:
    assert render_text(ExerciseResult("q", (replace(PASSED, max_points=0.0, points=0.0),))).startswith("q: right\n")
    assert render_text(ExerciseResult("q", (replace(FAILED, max_points=0.0),))).startswith("q: not yet\n")


def test_html_escapes_every_text_and_is_well_formed() -> None:
    hostile = CheckResult("d", "<script>1</script>", 0, 1, True, "failed", "<img src=x>\x1b[2J", None, "</pre><i>")
    markup = render_html(ExerciseResult("<u>", (hostile, FAILED)))
    opened: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert tag in {"div", "b", "ul", "li", "span", "pre"}
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
    with pytest.raises(ZeroDivisionError), uses("adam"):  # there is no release to ask
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
    said = "No picture yet, see the check of adam. It stopped with ZeroDivisionError: division by zero\n"
    assert capsys.readouterr() == (said, "")


def test_half_drawn_figures_are_closed_and_others_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    before = plt.figure().number
    with uses("adam"):
        plt.figure()
        stub("adam")
    assert plt.get_fignums() == [before]
    plt.close("all")


def test_importing_it_is_cheap() -> None:
    assert not hasattr(notebook, "kernel")
