"""Plain `pytest assignments/<id>` judges a student's work; other pytest runs are not affected."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.course import Course
from tests import tiny

ROOT = Path(__file__).parent.parent
Run = Callable[..., tuple[int, str]]


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """(exit status, output) of pytest in this folder, as a student runs it."""
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COLUMNS"))}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, env=environment)
    return done.returncode, done.stdout + done.stderr


def hand_in(course: Course, **code: str) -> None:
    release = course.release_dir("tiny")
    (release / "tiny.py").write_text(tiny.in_script(release, tiny.parts() | code))


def test_right_work_passes(own_course: Course) -> None:
    hand_in(own_course)
    status, output = run(own_course.root, "assignments/tiny", "-v", "-W", "error")
    assert status == 0
    assert "4 passed" in output
    assert "assignments/tiny/test_tiny.py::standardizes_a_table PASSED" in output


def test_wrong_work_fails_with_title_message_and_hint_and_no_traceback(own_course: Course) -> None:
    hand_in(own_course, q_height="q_height = 5")
    status, output = run(own_course.release_dir("tiny"))
    assert status == 1
    assert "3 passed" in output
    assert "The predicted height is right.\nfailed: q_height: got 5, expected 4\nRound down.\n" in output
    assert "Traceback" not in output
    assert "plugin.py" not in output


def test_the_name_of_an_exercise_finds_its_checks(own_course: Course) -> None:
    hand_in(own_course)
    _, output = run(own_course.release_dir("tiny"), "-k", "descent", "-v")
    assert "1 passed, 3 deselected" in output
    assert "descends_two_steps PASSED" in output


@pytest.fixture
def solved_conv(tmp_path: Path) -> Path:
    folder = tmp_path / "conv"
    shutil.copytree(ROOT / "assignments" / "conv", folder)
    shutil.copy(ROOT / "solutions" / "conv" / "conv.py", folder)
    return folder


def test_side_conditions_of_right_work_hold_each_by_itself(solved_conv: Path) -> None:
    _, output = run(solved_conv, "-k", "conv_output_shape")
    assert "4 passed" in output


def test_a_release_on_its_own_is_enough(own_course: Course, tmp_path: Path) -> None:
    hand_in(own_course)
    alone = tmp_path / "downloads" / "homework"
    shutil.copytree(own_course.release_dir("tiny"), alone)
    shutil.rmtree(own_course.root)
    status, output = run(alone, "test_tiny.py::descends_two_steps")
    assert status == 0
    assert "1 passed" in output


def test_a_damaged_course_file_is_named_and_not_ignored(own_course: Course) -> None:
    hand_in(own_course)
    with own_course.path.open("a") as file:
        file.write("titel: x\n")
    status, output = run(own_course.release_dir("tiny"))
    assert status == 1
    assert "CourseError: " in output
    assert "titel is not a known key; did you mean 'title'?" in output


def test_work_that_cannot_be_read_says_why(own_course: Course) -> None:
    for name in ("tiny.py", "tiny.ipynb"):
        (own_course.release_dir("tiny") / name).write_text("")
    status, output = run(own_course.release_dir("tiny"))
    assert status == 1
    assert "Traceback" not in output
    assert "CourseError: " in output or "Failure: " in output


def test_other_tests_are_left_alone_and_load_nothing_of_the_grader(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n\nclass Strange:\n    __checks__ = 'mine'\n    def __call__(self): ...\n\nstrange = Strange()\n\n"
        "def test_ours():\n    loaded = {m for m in sys.modules if m.startswith('autograder')}\n"
        "    assert loaded == {'autograder', 'autograder.plugin'}\n    assert 'numpy' not in sys.modules\n"
    )
    status, output = run(tmp_path)
    assert status == 0, output
    assert "1 passed" in output


@pytest.mark.parametrize("status", ["timeout", "crashed"])
def test_work_that_does_not_end_well_is_reported_by_its_status(own_course: Course, status: str) -> None:
    body = "while True: pass" if status == "timeout" else "import os; os.abort()"
    text = own_course.path.read_text().replace("check_s: 10", "check_s: 1")
    own_course.path.write_text(text)
    hand_in(own_course, descent=f"def descent(*a):\n    {body}")
    code, output = run(own_course.release_dir("tiny"))
    assert code == 1
    assert f"Two steps are two steps.\n{status}: " in output
    assert "3 passed" in output
