"""Errors of the grader lose nothing: every submission ends with one report, and none with an undeserved zero."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course.course import Course
from autograder.errors import CourseError, SandboxLost
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import Found
from autograder.report import store
from autograder.report.report import Report
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.exchange import Exchange
from tests import tiny
from tests.processes import children, is_running

WRONG = tiny.swapped(descent="def descent(*a): return 0")
SLOW = tiny.swapped(Counter="import time\n" + tiny.parts()["Counter"].replace("[start]", "[start]; time.sleep(1)"))
SLOW_TO_LOAD = tiny.SOLVED + "\nimport time\ntime.sleep(1)\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def essence(graded: Report) -> dict[str, Any]:
    """A report without anything that depends on the clock."""
    data = graded.to_dict() | {"duration_s": 0}
    for exercise in data["exercises"]:
        for check in exercise["checks"]:
            check["duration_s"] = 0
    return data


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., list[Found]]:
    def hand_in(**texts: str) -> list[Found]:
        folder = tmp_path / "submitted"
        folder.mkdir(exist_ok=True)
        for student, text in texts.items():
            (folder / f"{student}.py").write_text(text)
        return [Found(student, folder / f"{student}.py", None) for student in texts]

    return hand_in


def is_supervisor(pid: int) -> bool:
    """Whether the process is a supervisor: the process of its session that has a child in another session."""
    with contextlib.suppress(OSError):
        return os.getsid(pid) == pid and any(os.getsid(child) == child for child in children(pid))
    return False


@contextlib.contextmanager
def killing(find: Callable[[], list[int]], after_s: float = 0.4) -> Iterator[list[int]]:
    """Meanwhile, after a short time, kill the processes found then."""
    killed: list[int] = []

    def kill() -> None:
        time.sleep(after_s)
        killed.extend(find())
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        thread.join()


# ---- processes that are killed --------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize("work", [SLOW, SLOW_TO_LOAD], ids=["in a check", "while loading"])
@pytest.mark.parametrize("victim", ["template", "supervisor"])
def test_a_sandbox_that_is_killed_under_a_submission_costs_it_nothing(
    course: Course, isolation: str, hand_in: Callable[..., list[Found]], victim: str, work: str
) -> None:
    if isolation != "bubblewrap":
        pytest.skip("a plain process's supervisor outlives its template")
    ada, bob = hand_in(ada=work, bob=tiny.SOLVED)
    with Grader(course, "tiny", Options(isolation)) as grader:
        assert grader.grade(bob).score == 100  # this warms up the template
        template = grader._sandbox._process
        assert template is not None

        def find() -> list[int]:
            if victim == "template":
                return [template.pid]
            return [pid for pid in children(template.pid, recursive=True) if is_supervisor(pid)][-1:]

        with killing(find) as killed:
            hit = grader.grade(ada)
        assert killed
        assert hit.score == 100  # what ran together is judged again
        assert work == SLOW_TO_LOAD or any("ended from outside" in note for note in hit.notes)
        assert grader.grade(ada).score == grader.grade(bob).score == 100


@linux
def test_if_the_sandbox_is_killed_under_each_check_staff_look_at_it(
    course: Course, isolation: str, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Exchange.request

    def lost(self: Exchange, frame: Frame, *rest: Any) -> Any:
        if b"standardize" in frame.to_bytes():
            raise SandboxLost("the sandbox was ended from outside")
        return asked(self, frame, *rest)

    monkeypatch.setattr(Exchange, "request", lost)
    (ada,) = hand_in(ada=tiny.SOLVED)
    with Grader(course, "tiny", Options(isolation)) as grader:
        report = grader.grade(ada)
    assert report.score is None  # not a zero
    assert {check.status for check in report.checks} == {"error", "passed"}
    assert all("ended from outside" in check.message for check in report.checks if check.status == "error")


def test_a_template_that_dies_between_two_submissions_is_nobody_s_loss(
    course: Course, isolation: str, hand_in: Callable[..., list[Found]]
) -> None:
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=tiny.SOLVED)
    with Grader(course, "tiny", Options(isolation)) as grader:
        expected = [essence(grader.grade(each)) for each in found]
        got = []
        for each in found:
            assert grader._sandbox._process is not None
            grader._sandbox._process.kill()
            got.append(essence(grader.grade(each)))
    assert got == expected


@linux
def test_a_run_that_is_killed_is_resumed_to_the_same_reports(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    work = {f"s{number}": [tiny.SOLVED, WRONG, SLOW][number % 3] for number in range(12)}
    found, out = hand_in(**work), tmp_path / "out"
    program = "from autograder.cli import main; main()"
    command = [sys.executable, "-c", program, "grade", str(tmp_path / "submitted"), "--assignment", "tiny"]
    command += ["--out", str(out), "--isolation", isolation, "--workers", "2"]
    with subprocess.Popen(command, cwd=course.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 60
        while len(list(out.glob("*.json"))) < 2:
            assert time.monotonic() < deadline
            assert run.poll() is None
            time.sleep(0.01)
        started = children(run.pid, recursive=True)
        run.kill()
    assert 2 <= len(list(out.glob("[!.]*.json"))) < len(found)
    deadline = time.monotonic() + 30
    while any(map(is_running, started)):
        assert time.monotonic() < deadline  # no process outlives the run
        time.sleep(0.05)
    resumed = grade_many(course, "tiny", found, out, Options(isolation, workers=1, resume=True))
    whole = grade_many(course, "tiny", found, tmp_path / "whole", Options(isolation, workers=1))
    assert list(map(essence, resumed)) == list(map(essence, whole))
    assert {path.name for path in out.glob("[!.]*")} == {store.file_name(each.id) for each in found}
    assert [each.score for each in resumed] == [[100, 75, 100][number % 3] for number in range(12)]


# ---- the disk, the clock, the reference -----------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_disk_that_fills_up_in_the_middle_keeps_what_is_written_and_the_rest_is_resumed(
    course: Course, isolation: str, disk: Path, hand_in: Callable[..., list[Found]], workers: int
) -> None:
    loud = tiny.SOLVED + "\nprint('x' * 14_000)\n"
    found = hand_in(**{f"s{number}": loud for number in range(6)})
    options = Options(isolation, workers=workers, resume=True)
    with pytest.raises(CourseError, match="No space left on device"):
        grade_many(course, "tiny", found, disk, options)
    kept = list(disk.iterdir())
    assert 0 < len(kept) < len(found)
    assert all(store.read(path).score == 100 for path in kept)
    subprocess.run(["mount", "-o", "remount,size=1m", disk], check=True)
    reports = grade_many(course, "tiny", found, disk, options)
    assert [each.score for each in reports] == [100] * 6
    assert len(list(disk.iterdir())) == 6


def test_a_clock_that_jumps_changes_no_report(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=SLOW)
    before = grade_many(course, "tiny", found, tmp_path / "before", Options(isolation, workers=1))
    jumps = random.Random(0)
    monkeypatch.setattr(time, "time", lambda: jumps.uniform(-1e9, 4e9))
    monkeypatch.setattr(time, "time_ns", lambda: jumps.randrange(4 * 10**18))
    after = grade_many(course, "tiny", found, tmp_path / "after", Options(isolation, workers=1))
    assert list(map(essence, before)) == list(map(essence, after))
    assert all(0 <= each.duration_s < 60 for each in after)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_reference_that_raises_for_some_is_an_error_for_them_and_a_report_for_all(
    own_course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], workers: int
) -> None:
    path = own_course.solutions_dir("tiny") / "tiny.py"
    raising = "    if x[0] > 0 and steps == 5: raise OSError('ours')\n    for _ in range(steps):"
    path.write_text(path.read_text().replace("    for _ in range(steps):", raising))
    found = hand_in(**{f"s{number}": [tiny.SOLVED, WRONG][number % 2] for number in range(8)})
    reports = grade_many(own_course, "tiny", found, tmp_path / "out", Options(isolation, workers=workers))
    assert [each.submission for each in reports] == [each.id for each in found]
    scores = [each.score for each in reports]
    assert set(scores) == {None, 100, 75}
    for each, right in zip(reports, itertools.cycle([True, False])):
        five = next(check for check in each.checks if check.name == "descends_five_steps")
        assert five.status == "error" or (five.status == "passed") == right
        assert (each.score is None) == (five.status == "error")
