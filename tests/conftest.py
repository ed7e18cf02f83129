"""One tiny course, built once, and one warm grader of it for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.errors import CourseError
from autograder.grade import Grader, Options
from autograder.report import CheckResult, Report
from autograder.sandbox import Sandbox, backends
from autograder.submission import Found
from tests import tiny


@pytest.fixture(scope="session")
def isolation() -> str:
    """The best that this machine can do."""
    try:
        backends.command(backends.BUBBLEWRAP, 0, ())
    except CourseError:
        return backends.PROCESS
    return backends.BUBBLEWRAP


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, built. Shared: tests that change it take `own_course`."""
    from autograder.author import build

    built = Course.load(tiny.write_course(tmp_path_factory.mktemp("course")))
    built.root.joinpath(".autograder").mkdir(exist_ok=True)
    built.root.joinpath(".autograder/secret").write_text("0123456789abcdef tiny\n")
    build(built, "tiny")
    return built


@pytest.fixture
def own_course(course: Course, tmp_path: Path) -> Course:
    """A copy of the tiny course that a test may change."""
    shutil.copytree(course.root, tmp_path / "own")
    return Course.load(tmp_path / "own" / "course.yml")


@pytest.fixture(scope="session")
def grader(course: Course, isolation: str) -> Iterator[Grader]:
    with Grader(course, "tiny", Options(isolation)) as warm:
        yield warm


@pytest.fixture(scope="session")
def own_sandbox() -> Iterator[Sandbox]:
    """The sandbox in which a student runs their own work."""
    with Sandbox(backends.PROCESS) as warm:
        yield warm


Grade = Callable[..., Report]


@pytest.fixture
def grade(grader: Grader, tmp_path: Path) -> Grade:
    """Grades a text as a file of this name."""

    def graded(text: str, name: str = "ada.py", student: str = "ada") -> Report:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return grader.grade(Found(student, path, None))

    return graded


def by_name(report: Report) -> dict[str, CheckResult]:
    return {check.name: check for check in report.checks}
