"""A student's own machine that cannot fork: the same verdicts, a time limit, and no grading."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.course.settings import Limits
from autograder.errors import CourseError, Crashed, Timeout
from autograder.sandbox import Program
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.plain import Plain, own
from tests import tiny
from tests.elsewhere import without_fork

LIMITS = Limits(load_s=20, check_s=20, submission_s=60, reply_mib=1)


def call(code: str, *, timeout_s: float = 20.0) -> object:
    program = Program([("cell 1", "script", code, 1)], {}, {"f": "def"}, False)
    with Plain() as sandbox, sandbox.open(program, LIMITS) as session, session.check(timeout_s) as exchange:
        return Namespace(exchange).f(2)


def test_what_a_function_returns_comes_back() -> None:
    assert call("def f(n):\n    return n + 1") == 3


def test_a_loop_without_end_is_a_timeout() -> None:
    with pytest.raises(Timeout, match="is there a loop without end"):
        call("def f(n):\n    while True: pass", timeout_s=0.5)


def test_a_loop_without_end_is_told_with_its_line(elsewhere, own_course: Course) -> None:
    folder = own_course.release_dir("tiny")
    own_course.path.write_text(own_course.path.read_text().replace("check_s: 10", "check_s: 4"))
    looping = "def descent(gradient, x, steps, rate=0.1):\n    while True:\n        x = x + 0"
    (folder / "tiny.py").write_text(tiny.in_script(folder, tiny.parts() | {"descent": looping}))
    _, said, _ = elsewhere("-c", AUTOGRADER, "check", "tiny", "descent")
    assert "while True:" in said


def test_code_that_ends_its_process_ends_no_other() -> None:
    with pytest.raises(Crashed):
        call("import os\ndef f(n):\n    os._exit(3)")


def test_after_an_end_the_next_check_has_a_new_process() -> None:
    program = Program([("cell 1", "script", "import os\ndef f(n):\n    os._exit(3) if n else None\n    return 7", 1)])
    with Plain() as sandbox, sandbox.open(program, LIMITS) as session:
        with session.check(20.0) as exchange, pytest.raises(Crashed):
            Namespace(exchange).f(1)
        with session.check(20.0) as exchange:
            assert Namespace(exchange).f(0) == 7


def test_what_it_prints_is_kept() -> None:
    program = Program([("cell 1", "script", "def f(n):\n    print('hé', n)", 1)])
    with Plain() as sandbox, sandbox.open(program, LIMITS) as session:
        with session.check(20.0) as exchange:
            Namespace(exchange).f(2)
        session.stop()
        assert session.output.split() == ["hé", "2"]


def test_a_missing_module_is_named() -> None:
    with (
        Plain(("no_such_module",)) as sandbox,
        sandbox.open(Program([("cell 1", "script", "", 1)]), LIMITS) as session,
        pytest.raises(CourseError, match="no_such_module"),
    ):
        session.load()


def test_a_system_that_can_fork_has_the_sandbox() -> None:
    with own() as sandbox:
        assert sandbox.isolation == "process"


@pytest.fixture
def elsewhere(own_course: Course, tmp_path: Path):
    """Runs Python with these arguments in a solved course, on a system without fork: (exit code, stdout, stderr)."""
    folder = own_course.release_dir("tiny")
    (folder / "tiny.py").write_text(tiny.in_script(folder, tiny.parts()))
    environment = without_fork(tmp_path / "elsewhere")

    def run(*words: str, cwd: Path = own_course.root) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120
        )
        return done.returncode, done.stdout, done.stderr

    return run


AUTOGRADER = "import sys; from autograder.cli import main; sys.argv[0] = 'autograder'; main()"


def test_check_gives_there_the_same_points_as_here(elsewhere) -> None:
    code, said, _ = elsewhere("-c", AUTOGRADER, "check", "tiny")
    assert (code, re.findall(r"tiny\.py  (\S+ / \S+)", said)) == (0, ["40 / 40"])


def test_checks_are_not_asked_together_there(elsewhere) -> None:
    code, said, _ = elsewhere("-c", "from autograder.sandbox import together; print(together.AVAILABLE)")
    assert (code, said) == (0, "False\n")


def test_check_says_there_once_that_nothing_is_limited(elsewhere) -> None:
    _, _, said = elsewhere("-c", AUTOGRADER, "check")
    assert said.count("This system cannot fork processes") == 1


def test_pytest_works_there(elsewhere) -> None:
    code, said, _ = elsewhere("-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider",
                              "assignments/tiny")  # fmt: skip
    assert code == 0, said


def test_check_in_a_notebook_works_there(elsewhere, own_course: Course) -> None:
    code = "exec(open('tiny.py').read())\nfrom autograder.notebook import check\ncheck('standardize')"
    status, said, error = elsewhere("-c", code, cwd=own_course.release_dir("tiny"))
    assert status == 0, error
    assert re.search(r"standardize: (\d+) of \1 public checks pass", said)


def test_submit_works_there(elsewhere, own_course: Course) -> None:
    assert elsewhere("-c", AUTOGRADER, "submit", "tiny")[0] == 0
    assert (own_course.root / "tiny.zip").is_file()


def test_grade_refuses_there(elsewhere) -> None:
    words = ["grade", "assignments/tiny/tiny.py", "--assignment", "tiny", "--out", "graded"]
    for isolation in ("bubblewrap", "process"):
        code, _, said = elsewhere("-c", AUTOGRADER, *words, "--isolation", isolation)
        assert code == 3, said
        assert "cannot fork processes" in said


def test_the_report_says_that_there_was_no_isolation(elsewhere, own_course: Course) -> None:
    elsewhere("-c", AUTOGRADER, "check", "tiny")
    remembered = json.loads((own_course.root / ".autograder/status/tiny.json").read_text())
    assert remembered["isolation"] == "none"
