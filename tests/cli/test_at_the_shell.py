"""The student's command line: important output comes first, and each error message says what to do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cli
from autograder.cli.student import _View
from autograder.course.course import Course
from autograder.errors import Failure
from autograder.grading.own_work import check_public, require_installed
from autograder.report.report import ExerciseResult, Report
from autograder.sandbox import Sandbox
from tests import tiny
from tests.samples import check, report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command line; (exit code, stdout, stderr)."""

    def run_line(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["autograder", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run_line


def work(course: Course, **code: str) -> None:
    folder = course.release_dir("tiny")
    (folder / "tiny.py").write_text(tiny.in_script(folder, tiny.parts() | code))


def checked(course: Course, sandbox: Sandbox, exercise: str) -> list[str]:
    """The messages of one exercise."""
    (result,) = check_public(course, "tiny", exercise, sandbox).exercises
    return [each.message for each in result.checks]


def test_the_help_has_the_students_commands_first_and_staffs_under_a_heading_of_their_own(run) -> None:
    _, said, _ = run("--help")
    first, staffs = said.split("commands for staff:")
    assert re.findall(r"^  ([a-z-]+)  ", first, re.MULTILINE) == ["check", "status", "submit"]
    assert "\n  grade  " in staffs


@pytest.mark.parametrize(("words", "code", "stream"), [("--help", 0, "stdout"), ("grade", 2, "stderr")])
def test_the_installed_command_ends_at_once_and_loses_nothing(words: str, code: int, stream: str) -> None:
    """It skips Python's own shutdown: destructors do not print, but functions registered for exit run."""
    program = (
        "import atexit, sys\nfrom autograder.cli import run\n"
        "class Kept:\n    def __del__(self): print('freed')\n"
        "kept = Kept()\natexit.register(print, 'at exit')\n"
        f"sys.argv = ['autograder', '{words}']\nrun()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == code
    assert "usage: autograder" in getattr(done, stream)
    assert done.stdout.endswith("at exit\n")


def test_a_folder_that_is_gone_is_said(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    code, _, said = run("check")
    os.chdir(tmp_path)
    assert (code, "change to the folder of your course" in said) == (2, True)


def test_a_forgotten_return_is_asked_for(own_course: Course, own_sandbox: Sandbox) -> None:
    work(own_course, standardize="def standardize(x, eps=1e-5):\n    out = x", descent="def descent(*args):\n    x = 1")
    for exercise in ("standardize", "descent"):
        for message in checked(own_course, own_sandbox, exercise):
            assert "None" in message
            assert message.endswith("Is a `return` missing?")


def test_a_syntax_error_is_told_with_its_line(run, own_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    work(own_course, descent="def descent(gradient, x, steps, rate=0.1):\n    return = x")
    monkeypatch.chdir(own_course.root)
    _, said, _ = run("check", "tiny", "descent")
    assert "SyntaxError" in said
    assert "return = x" in said
    assert "not written yet" not in said


def test_a_question_has_no_score_of_0_of_0(run, own_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    work(own_course)
    monkeypatch.chdir(own_course.root)
    assert "0 / 0" not in run("check", "tiny", "q_height")[1]


def test_a_class_of_which_no_method_is_written_is_not_written(run, own_course: Course, monkeypatch) -> None:
    monkeypatch.chdir(own_course.root)
    _, said, _ = run("check", "tiny")
    assert re.search(r"not written yet: .*\bCounter\b", said)
    assert "Counter  0 /" not in said


@pytest.mark.parametrize("suffix", [".txt", ".json", ".html"])
def test_a_notebook_with_a_suffix_too_many_is_told_its_right_name(
    own_course: Course, own_sandbox: Sandbox, suffix: str
) -> None:
    folder = own_course.release_dir("tiny")
    (folder / "tiny.ipynb").rename(folder / f"tiny.ipynb{suffix}")
    (folder / "tiny.py").unlink()
    with pytest.raises(Failure, match=rf"Rename tiny\.ipynb\{suffix} to tiny\.ipynb;"):
        check_public(own_course, "tiny", None, own_sandbox)


def test_missing_torch_names_its_command_with_the_wheel_that_is_there(own_course: Course, monkeypatch) -> None:
    wheel = own_course.root / "whichmistake-0.1.0-py3-none-any.whl"
    wheel.touch()
    monkeypatch.setattr("autograder.grading.own_work.is_installed", lambda module: module != "torch")
    assignment = replace(own_course.assignment("tiny"), preload=("numpy", "torch"))
    with pytest.raises(Failure, match=re.escape(f'pip install "{wheel}[torch]" --extra-index-url https://')):
        require_installed(own_course.release_dir("tiny"), assignment)


def test_what_lacks_a_module_is_skipped_and_the_rest_is_checked(run, own_course: Course, monkeypatch) -> None:
    text = own_course.path.read_text()
    entry = "  - {id: other, title: Another, preload: [no_such_module]}\n  - id: tiny"
    own_course.path.write_text(text.replace("  - id: tiny", entry))
    (own_course.root / "assignments" / "other").mkdir()
    work(own_course)
    monkeypatch.chdir(own_course.root)
    code, said, complained = run("check")
    assert "tiny.py  40 / 40" in said
    assert "other: this assignment needs no_such_module, which is not installed here" in complained
    assert code == 1


def test_what_several_assignments_lack_is_said_once(run, own_course: Course, monkeypatch) -> None:
    text = own_course.path.read_text()
    entries = "".join(f"  - {{id: {each}, title: A, preload: [no_such_module]}}\n" for each in ("one", "two"))
    own_course.path.write_text(text.replace("  - id: tiny", f"{entries}  - id: tiny"))
    for each in ("one", "two"):
        (own_course.root / "assignments" / each).mkdir()
    monkeypatch.chdir(own_course.root)
    said = run("check")[2]
    assert said.count("no_such_module") == 1
    assert "two: the same" in said


def test_a_misspelled_exercise_is_told_the_one_that_may_be_meant(run, own_course: Course, monkeypatch) -> None:
    monkeypatch.chdir(own_course.root)
    for name in ("standardise", "standard"):
        code, _, said = run("check", name)
        assert (code, "did you mean 'standardize', of tiny?" in said) == (2, True)


def test_a_file_that_is_not_there_is_not_taken_for_an_assignment(run, own_course: Course, monkeypatch) -> None:
    monkeypatch.chdir(own_course.root)
    code, _, said = run("check", "tiny/tiny.ipynb")
    assert (code, "There is no tiny/tiny.ipynb in " in said, "autograder check tiny" in said) == (2, True, True)


def test_the_exercises_that_there_are_stand_in_the_order_of_the_notebook(run, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    code, _, said = run("check", "losses", "xyz")
    assert (code, "known are 'q_broadcast', 'mse_loss', 'q_peak', 'gaussian_nll', " in said) == (2, True)


def test_a_path_says_the_course_too(run, own_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "tiny  tiny.ipynb  0 / 40" in run("check", str(own_course.release_dir("tiny")))[1]


def test_a_folder_of_assignments_is_all_of_them(run, own_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_course.root)
    assert "tiny  tiny.ipynb  0 / 40" in run("check", "assignments/")[1]


# ---- --watch


def seen(**messages: str) -> Report:
    """A report with a failing check in each exercise with this message."""
    failing = {name: (check("failed", message=said),) for name, said in messages.items()}
    return report(exercises=tuple(ExerciseResult(name, checks) for name, checks in failing.items()))


def test_watching_shows_all_until_something_changes() -> None:
    view = _View([seen(adam="a", sgd="b")])
    assert view.of(seen(adam="a", sgd="b")) is None


def test_watching_shows_what_has_changed() -> None:
    view = _View([seen(adam="a", sgd="b")])
    assert view.of(seen(adam="another", sgd="b")) == {"adam"}


def test_what_has_changed_last_stays_in_view_while_nothing_else_does() -> None:
    view = _View([seen(adam="a", sgd="b")])
    view.of(seen(adam="another", sgd="b"))
    assert view.of(seen(adam="another", sgd="b")) == {"adam"}
