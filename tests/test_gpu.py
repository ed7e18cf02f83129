"""Detecting a GPU, taking turns, and the results of checks that need one. Nothing here computes on a GPU."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import cli, gpu
from autograder.checking.judge import PENDING
from autograder.course.course import Course
from autograder.course.settings import Assignment
from autograder.errors import CourseError
from autograder.gpu import Device, Usage
from autograder.grading.grader import Grader, versions
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.report.report import Report
from autograder.report.store import read_folder
from tests import tiny
from tests.conftest import H200, Tool, by_name, edit

ROOT = Path(gpu.__file__).parent.parent


# ---- finding one ----------------------------------------------------------------------------------------------------


def test_a_gpu_is_what_the_drivers_tool_says(tool: Tool) -> None:
    tool(H200)
    found = gpu.find()
    assert found is not None
    assert (found.name, found.uuid) == ("NVIDIA H200", "GPU-5f1c")
    assert found.lock.parent == Path(tempfile.gettempdir())


def test_of_several_gpus_the_first_line_counts(tool: Tool) -> None:
    tool("printf 'NVIDIA A, GPU-1\\nNVIDIA B, GPU-2\\n'")
    found = gpu.find()
    assert found is not None
    assert (found.name, found.uuid) == ("NVIDIA A", "GPU-1")


@pytest.mark.parametrize(
    "body",
    [
        "exit 0",
        "echo",
        "echo 'No devices were found'",
        "echo 'NVIDIA H200, '",
        "echo 'NVIDIA H200, GPU-5f1c'; exit 6",
        "echo 'NVIDIA H200, GPU-5f1c' >&2",
        "kill -9 $$",
    ],
    ids=["silent", "empty", "none found", "no uuid", "failing", "on stderr", "killed"],
)
def test_a_tool_that_names_no_gpu_has_found_none(tool: Tool, body: str) -> None:
    calls = tool(body)
    assert gpu.find() is None
    assert calls.exists()


def test_a_tool_that_hangs_has_found_none(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    tool("exec sleep 60")
    monkeypatch.setattr(gpu, "_PROBE_S", 0.3)
    started = time.monotonic()
    assert gpu.find() is None
    assert time.monotonic() - started < 30


def test_a_tool_that_cannot_be_started_has_found_none(tool: Tool, tmp_path: Path) -> None:
    calls = tool(H200)
    (tmp_path / "bin" / "nvidia-smi").write_bytes(b"\x7fELF of another machine")
    assert gpu.find() is None
    assert not calls.exists()


def test_without_the_tool_there_is_none(tool: Tool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert gpu.find() is None


@pytest.mark.parametrize(
    ("visible", "asked"),
    [(None, "0"), ("0", "0"), ("1", "1"), ("3,1", "3"), (" 2 , 0", "2"), ("GPU-5f1c", "GPU-5f1c")],
)
def test_the_first_visible_gpu_is_asked_for(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, visible: str | None, asked: str
) -> None:
    calls = tool(H200)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu.find() is not None
    assert calls.read_text().split()[-1] == f"--id={asked}"


@pytest.mark.parametrize("visible", ["", "-1", " ", ",0"])
def test_a_hidden_gpu_is_not_asked_for(tool: Tool, monkeypatch: pytest.MonkeyPatch, visible: str) -> None:
    calls = tool(H200)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu.find() is None
    assert not calls.exists()


def test_a_gpu_is_looked_for_once(tool: Tool) -> None:
    calls = tool(H200)
    assert gpu.find() is gpu.find()
    assert len(calls.read_text().splitlines()) == 1


def test_each_gpu_has_a_lock_of_its_own(tool: Tool) -> None:
    locks = []
    for uuid in ("GPU-1", "GPU-2", "GPU-1"):
        tool(f"echo 'NVIDIA H200, {uuid}'")
        gpu.find.cache_clear()
        found = gpu.find()
        assert found is not None
        locks.append(found.lock)
    assert locks[0] == locks[2]
    assert locks[0] != locks[1]


# ---- turns ----------------------------------------------------------------------------------------------------------

TAKE = """\
import os, sys
from pathlib import Path
from autograder.gpu import Device
if sys.argv[3] != "0":
    os.setuid(int(sys.argv[3]))
print("waits", flush=True)
with Device("a GPU", "GPU-1", Path(sys.argv[1])).turn(alone=sys.argv[2] == "alone"):
    print("has it", flush=True)
    sys.stdin.readline()
print("is done", flush=True)
"""


class Grading:
    """Another process that takes a turn and keeps it until it is told to end it."""

    def __init__(self, lock: Path, mode: str, user: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE, str(lock), mode, str(user)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # otherwise a line that was read ahead would be waited for
            cwd=ROOT,
        )

    def says(self, within_s: float = 20.0) -> str:
        """Its next line; "" if there is none in time."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], within_s)
        return self.process.stdout.readline().decode().strip() if ready else ""

    def waits(self) -> None:
        assert self.says() == "waits"

    def ends(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")


@pytest.fixture
def grading(tmp_path: Path) -> Iterator[Callable[..., Grading]]:
    """Starts another grader for the same GPU, and waits until it requests its turn."""
    started: list[Grading] = []

    def start(mode: str, lock: Path | None = None, user: int = 0) -> Grading:
        other = Grading(lock or tmp_path / "gpu.lock", mode, user)
        started.append(other)
        other.waits()
        return other

    yield start
    for other in started:
        other.process.kill()
        other.process.communicate()


@pytest.mark.parametrize(("first", "second"), [("alone", "alone"), ("alone", "together"), ("together", "alone")])
def test_who_needs_the_gpu_alone_shares_it_with_nobody(
    grading: Callable[..., Grading], first: str, second: str
) -> None:
    one = grading(first)
    assert one.says() == "has it"
    other = grading(second)
    assert other.says(0.4) == ""
    one.ends()
    assert other.says() == "has it"


def test_others_share_it(grading: Callable[..., Grading]) -> None:
    one, other = grading("together"), grading("together")
    assert one.says() == other.says() == "has it"


def test_a_turn_ends_with_the_process_that_has_it_however_that_ends(grading: Callable[..., Grading]) -> None:
    one = grading("alone")
    assert one.says() == "has it"
    other = grading("alone")
    assert other.says(0.2) == ""
    one.process.kill()
    assert other.says() == "has it"


def test_a_turn_ends_with_what_goes_wrong_in_it(grading: Callable[..., Grading], tmp_path: Path) -> None:
    device = Device("a GPU", "GPU-1", tmp_path / "gpu.lock")
    with contextlib.suppress(ZeroDivisionError), device.turn(alone=True):
        raise ZeroDivisionError
    assert grading("alone").says() == "has it"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
def test_the_lock_of_another_user_is_waited_for_too(grading: Callable[..., Grading]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        lock = Path(folder) / "gpu.lock"
        one = grading("alone", lock)
        assert one.says() == "has it"
        other = grading("alone", lock, user=65534)
        assert other.says(0.4) == ""
        one.ends()
        assert other.says() == "has it"


# ---- what the driver sees -------------------------------------------------------------------------------------------


def test_usage_is_read_from_lines_of_memory_and_utilization() -> None:
    usage = Usage()
    usage.read("100, 0\n[N/A], 3\n 300, 50\nnoise\n200, 100\n")
    assert (usage.first_memory_mib, usage.peak_memory_mib, usage.utilization) == (100, 300, 0.5)


def test_no_samples_are_no_usage() -> None:
    usage = Usage()
    usage.read("nothing")
    assert usage == Usage(0, 0, 0)


def test_a_gpu_is_watched_until_the_end(tool: Tool) -> None:
    calls = tool("echo '100, 10'; echo '250, 30'; exec sleep 60")
    with Device("a GPU", "GPU-1", Path("unused")).watch() as usage:
        while not calls.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        assert usage == Usage()
    assert usage == Usage(100, 250, 0.2)
    assert "--id=GPU-1" in calls.read_text()


# ---- a course with checks that need one -----------------------------------------------------------------------------


@pytest.fixture
def ada(tmp_path: Path) -> Found:
    path = tmp_path / "ada.py"
    path.write_text(tiny.SOLVED)
    return Found("ada", path, None)


@pytest.mark.parametrize(("line", "needs"), [("", False), ("    gpu: true\n", True), ("    gpu: false\n", False)])
def test_an_assignment_says_whether_it_has_checks_for_a_gpu(own_course: Course, line: str, needs: bool) -> None:
    edit(own_course, "course.yml", "title: A tiny assignment\n", f"title: A tiny assignment\n{line}")
    assert Course.load(own_course.path).assignment("tiny").gpu is needs


@pytest.mark.parametrize("value", ["maybe", "1", "[0]"])
def test_a_gpu_is_needed_or_not(own_course: Course, value: str) -> None:
    edit(own_course, "course.yml", "title: A tiny assignment\n", f"title: A tiny assignment\n    gpu: {value}\n")
    with pytest.raises(CourseError, match="gpu"):
        Course.load(own_course.path)


def test_a_check_for_a_gpu_in_an_assignment_without_is_our_fault(own_course: Course, isolation: str) -> None:
    edit(
        own_course, "solutions/tiny/checks.py", '@check("descent", points=15)', '@check("descent", points=15, gpu=True)'
    )
    with pytest.raises(CourseError, match=r"tiny has checks that need a GPU; write `gpu: true` in course\.yml"):
        Grader(own_course, "tiny", Options(isolation))


def test_without_a_gpu_its_checks_are_pending_and_the_rest_is_graded(
    gpu_course: Course, isolation: str, ada: Found
) -> None:
    with Grader(gpu_course, "tiny", Options(isolation)) as grader:
        report = grader.grade(ada)
    assert (report.score, report.pending, report.max_score) == (85, 15, 100)
    waiting = by_name(report)["descends_five_steps"]
    assert (waiting.status, waiting.message) == ("pending", PENDING)
    assert "gpu" not in report.versions


def test_an_assignment_that_needs_none_looks_for_none(
    own_course: Course, isolation: str, ada: Found, tool: Tool
) -> None:
    calls = tool(H200)
    with Grader(own_course, "tiny", Options(isolation)) as grader:
        assert grader.grade(ada).score == 100
    assert not calls.exists()


def test_with_a_gpu_all_is_judged_and_the_report_names_it(with_gpu: Course, isolation: str, ada: Found) -> None:
    with Grader(with_gpu, "tiny", Options(isolation)) as grader:
        report = grader.grade(ada)
    assert (report.score, report.pending) == (100, 0)
    assert report.versions["gpu"] == "NVIDIA H200"


def test_the_versions_name_a_gpu_where_there_is_one() -> None:
    assert (
        versions(Assignment("lenet", "LeNet"), Device("NVIDIA H200", "GPU-1", Path("unused")))["gpu"] == "NVIDIA H200"
    )
    assert "gpu" not in versions(Assignment("lenet", "LeNet"))


def test_of_an_earlier_report_only_what_is_pending_is_judged(
    gpu_course: Course, isolation: str, ada: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Grader(gpu_course, "tiny", Options(isolation)) as grader:
        first = grader.grade(ada)
        marked = _marked(first)
        monkeypatch.setattr(grader, "device", Device("NVIDIA H200", "GPU-1", ada.path.parent / "lock"))
        second = grader.grade(ada, marked)
    assert (second.score, second.pending) == (100, 0)
    assert [c.message for c in second.checks if c.name != "descends_five_steps"] == ["of the first"] * 6
    assert by_name(second)["descends_five_steps"].message == ""
    assert second.versions["gpu"] == "NVIDIA H200"
    assert second.duration_s > first.duration_s


def _marked(report: Report) -> Report:
    """The report with a mark in the message of everything that was judged."""

    def mark(check):  # type: ignore[no-untyped-def]
        return check if check.status == "pending" else dataclasses.replace(check, message="of the first")

    exercises = [dataclasses.replace(each, checks=tuple(map(mark, each.checks))) for each in report.exercises]
    return dataclasses.replace(report, exercises=tuple(exercises))


@pytest.mark.parametrize("problem", ["unreadable", "a fault of ours"])
def test_what_goes_wrong_while_completing_touches_only_what_was_pending(
    gpu_course: Course, isolation: str, ada: Found, monkeypatch: pytest.MonkeyPatch, problem: str
) -> None:
    with Grader(gpu_course, "tiny", Options(isolation)) as grader:
        first = grader.grade(ada)
        if problem == "unreadable":
            second = grader.grade(Found("ada", None, "it is gone"), first)
        else:
            monkeypatch.setattr("autograder.grading.grader.read_whole", lambda *_: 1 / 0)
            second = grader.grade(ada, first)
    statuses = [c.status for c in second.checks]
    assert statuses == [c.status.replace("pending", statuses[5]) for c in first.checks]
    assert statuses[5] == ("failed" if problem == "unreadable" else "error")


# ---- the command line -----------------------------------------------------------------------------------------------


def command_line(monkeypatch: pytest.MonkeyPatch, course: Course, *arguments: object) -> int:
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(sys, "argv", ["autograder", "grade", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_asking_for_a_gpu_where_none_is_says_so_and_grades_nothing(
    gpu_course: Course, isolation: str, ada: Found, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = gpu_course.root / "out"
    options = ("--assignment", "tiny", "--out", out, "--isolation", isolation, "--gpu")
    assert command_line(monkeypatch, gpu_course, ada.path, *options) == 3
    assert "no NVIDIA GPU was found here (nvidia-smi names none); grade without --gpu" in capsys.readouterr().err
    assert not list(out.glob("*.json"))


def test_asking_for_a_gpu_that_no_check_needs_says_so(
    own_course: Course, isolation: str, ada: Found, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--assignment", "tiny", "--out", own_course.root / "out", "--isolation", isolation, "--gpu")
    assert command_line(monkeypatch, own_course, ada.path, *options) == 3
    assert "no check of tiny needs a GPU (course.yml does not say `gpu: true`)" in capsys.readouterr().err


def test_a_gpu_completes_the_reports_that_a_machine_without_one_wrote(
    with_gpu: Course, isolation: str, ada: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = with_gpu.root / "out"
    options = ("--assignment", "tiny", "--out", out, "--isolation", isolation, "--pass-at", 100)
    with monkeypatch.context() as without:
        without.setenv("CUDA_VISIBLE_DEVICES", "-1")
        assert command_line(without, with_gpu, ada.path, *options) == 0  # what is pending is not lost
    assert [report.pending for report in read_folder(out)] == [15]
    gpu.find.cache_clear()
    assert command_line(monkeypatch, with_gpu, ada.path, *options, "--gpu") == 0
    assert [(report.score, report.pending) for report in read_folder(out)] == [(100, 0)]
