"""One tiny course, built once, and one warm grader for it, shared by all tests."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import tests.imports  # noqa: F401  # before the imports that it affects
from autograder.processes import ENVIRONMENT

# Before numpy is imported: one thread, as in grading.
os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.endswith("THREADS")})

from autograder import gpu
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.report.report import CheckResult, Report
from autograder.sandbox import Sandbox, backends
from tests import distribution, tiny
from tests.distribution import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler  # a hook

settings.register_profile("any machine", deadline=None)  # tests must not fail on a busy machine
settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Exclude everything imported and collected for seven thousand tests from garbage collection.

    It stays alive anyway. Otherwise, collections would scan it during the rest of the setup and in every large test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--submissions", type=int, default=50, help="how many a cluster grades while its workers die")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test with bytes after its argument: bytes may contain the time, and two workers must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A second run alone is for tests that a busy machine may disturb. No test of the walls may depend on it."""
    if item.config.getoption("lf", default=False) and item.get_closest_marker("at_first"):
        pytest.fail("it failed beside other tests, and has to hold at first", pytrace=False)


HAS_TORCH = importlib.util.find_spec("torch") is not None


@pytest.hookimpl(trylast=True)  # after the order of the files was randomized
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow tests first, and skip those marked `torch` if it is missing, since the numpy assignments and the grader
    work without it."""
    items.sort(key=lambda item: -distribution.seconds(item.nodeid))
    for item in items:
        if item.get_closest_marker("torch") and not HAS_TORCH:
            item.add_marker(pytest.mark.skip(reason="torch is not installed: pip install '.[torch]'"))


@pytest.fixture(scope="session")
def isolation() -> str:
    """The best backend that works on this machine."""
    try:
        backends.command(backends.BUBBLEWRAP, 0, ())
    except CourseError:
        return backends.PROCESS
    return backends.BUBBLEWRAP


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, built. Shared, so tests that change it take `own_course`."""
    from autograder.authoring.build import build

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


def edit(course: Course, name: str, old: str, new: str) -> None:
    """Replace a text, which must occur, in a file of the course."""
    path = course.root / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# ---- machines with and without a GPU: a fake nvidia-smi, and never a real GPU ---------------------------------------

Tool = Callable[[str], Path]
H200 = "echo 'NVIDIA H200, GPU-5f1c'"


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tool]:
    """Replaces nvidia-smi with a shell script. Returns the file in which it records how it was called."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    folder, calls = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    def install(body: str) -> Path:
        script = folder / "nvidia-smi"
        script.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n{body}\n')
        script.chmod(0o755)
        return calls

    gpu.find.cache_clear()
    yield install
    gpu.find.cache_clear()


@pytest.fixture
def gpu_course(own_course: Course, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """The tiny course, whose last check of descent is declared to need a GPU; this machine has none."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    edit(own_course, "course.yml", "title: A tiny assignment\n", "title: A tiny assignment\n    gpu: true\n")
    edit(
        own_course, "solutions/tiny/checks.py", '@check("descent", points=15)', '@check("descent", points=15, gpu=True)'
    )
    gpu.find.cache_clear()
    yield Course.load(own_course.path)
    gpu.find.cache_clear()


@pytest.fixture
def with_gpu(gpu_course: Course, tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Course:
    """The same course on a machine where nvidia-smi names a GPU. Its checks do not really use one."""
    tool(H200)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # for the lock
    return gpu_course


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents as a built site."""
    if importlib.util.find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed")
    folder = tmp_path_factory.mktemp("site")
    # Not --quiet: warnings that are not printed would not count for --strict.
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(build, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder
