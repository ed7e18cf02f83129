"""Grading a class: parallel grading gives the same results, and no finished report is ever lost."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import faulthandler
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder import gpu
from autograder.checking.declare import Check
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading import grader, pool
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.grading.pool import Work, grade_many
from autograder.intake.find import Found
from autograder.processes import keep_to
from autograder.report import store
from autograder.report.report import Report
from tests import tiny
from tests.conftest import edit

WRONG = tiny.swapped(descent="def descent(*a): return 0")
SLOW = tiny.swapped(descent="import time\ndef descent(*a):\n    time.sleep(200)")


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., list[Found]]:
    """Creates files with these texts, by student."""

    def hand_in(**texts: str) -> list[Found]:
        found = []
        for student, text in texts.items():
            path = tmp_path / "submitted" / f"{student}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            found.append(Found(student, path, None))
        return found

    return hand_in


def essence(graded: Report) -> dict[str, Any]:
    """A report without data that depends on the clock, or on torch, which another test may have loaded here."""
    data = graded.to_dict() | {"duration_s": 0}
    data["versions"].pop("torch", None)
    for exercise in data["exercises"]:
        for check in exercise["checks"]:
            check["duration_s"] = 0
    return data


def ids(reports: Sequence[Report]) -> list[str]:
    return [each.submission for each in reports]


def dies(work: Work) -> str:
    """A worker's job in which two submissions kill it: ada's each time, bob's only the first time."""
    path = work.found.path
    assert path is not None
    text = path.read_text()
    once = path.with_suffix(".once")
    if "KILL_ALWAYS" in text or ("KILL_ONCE" in text and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return _really_work(work)


_really_work = pool._work


def traps(work: Work) -> str:
    """A worker's job in which a submission makes the worker end itself by a signal."""
    assert work.found.path is not None
    if "TRAP" in work.found.path.read_text():
        faulthandler.disable()  # pytest's, which would print a long traceback
        os.kill(os.getpid(), signal.SIGSEGV)
    return _really_work(work)


def failing(work: Work) -> str:
    assert work.found.path is not None
    if "RAISE" in work.found.path.read_text():
        raise CourseError("the grader is broken")
    return _really_work(work)


# ---- parallel -------------------------------------------------------------------------------------------------------


def test_workers_give_the_reports_of_one_grader(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo="1 +", dan=tiny.swapped(q_height="q_height = 5"))
    found.append(Found("eve", None, "no file was handed in"))
    seen: list[Report] = []
    alone = grade_many(course, "tiny", found, tmp_path / "1", Options(isolation, workers=1))
    together = grade_many(course, "tiny", found, tmp_path / "2", Options(isolation, workers=2), seen.append)
    assert ids(alone) == ids(together) == ["ada", "bob", "cleo", "dan", "eve"]
    assert [each.score for each in alone] == [100, 75, 0, 100, 0]
    assert list(map(essence, alone)) == list(map(essence, together))
    assert sorted(ids(seen)) == sorted(ids(together))
    assert {path.name for path in (tmp_path / "2").iterdir()} == {store.file_name(f.id) for f in found}
    assert [essence(store.read(tmp_path / "2" / store.file_name(f.id))) for f in found] == list(map(essence, together))
    assert not multiprocessing.active_children()


SHARING = """
from pathlib import Path
from autograder.course.course import Course
from autograder.grading.options import Options
from autograder.grading.pool import grade_many
from autograder.intake.find import Found
from autograder.sandbox.template import Template

start = Template._start
def counted(template):
    print("started")
    start(template)
Template._start = counted
found = [Found(path.stem, path, None) for path in sorted(Path({submitted!r}).iterdir())]
reports = grade_many(Course.load(Path({course!r})), "tiny", found, Path({out!r}), Options({isolation!r}, workers=2))
print(*[each.score for each in reports])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers are not forked")
def test_forked_workers_share_a_template(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=tiny.SOLVED, dan=WRONG)
    program = SHARING.format(
        submitted=str(tmp_path / "submitted"),
        course=str(course.root / "course.yml"),
        out=str(tmp_path / "out"),
        isolation=isolation,
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["started", "100.0", "75.0", "100.0", "75.0"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say where a process may run")
@pytest.mark.parametrize("all_of_them", [True, False])
def test_as_many_workers_as_cores_keep_to_one_each(
    course: Course, hand_in: Callable[..., list[Found]], isolation: str, tmp_path: Path, all_of_them: bool
) -> None:
    """A submission runs only on its worker's core; if not all cores are used, the system chooses."""
    ours = os.sched_getaffinity(0)
    if len(ours) < 2:
        pytest.skip("there is one core")
    says = tiny.SOLVED + "\nimport os, time\nprint('on', *sorted(os.sched_getaffinity(0)))"
    says += "\ntime.sleep(0.5)"  # so that each worker gets some of them
    found = hand_in(**{f"s{i}": says for i in range(2 * len(ours))})
    options = Options(isolation, workers=len(ours) if all_of_them else len(ours) + 1)
    reports = grade_many(course, "tiny", found, tmp_path / "out", options)
    places = {tuple(map(int, each.output.split()[1:])) for each in reports}
    assert places == ({(core,) for core in ours} if all_of_them else {tuple(sorted(ours))})
    assert os.sched_getaffinity(0) == ours


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say where a process may run")
def test_a_worker_that_may_not_keep_to_a_core_works_all_the_same() -> None:
    ours = os.sched_getaffinity(0)
    keep_to(10**6)
    assert os.sched_getaffinity(0) == ours


def test_no_submission_is_imported_whatever_it_is_called(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    text = f"open({str(ran)!r}, 'w')\n{tiny.SOLVED}"
    found = hand_in(pickle=text, socket=text)
    monkeypatch.chdir(tmp_path / "submitted")
    reports = grade_many(course, "tiny", found, tmp_path / "out", Options(isolation, workers=2))
    assert not ran.exists()
    assert not any(each.needs_staff for each in reports)


def test_no_submission_is_no_work(course: Course, isolation: str, tmp_path: Path) -> None:
    assert list(grade_many(course, "tiny", [], tmp_path, Options(isolation))) == []


def test_a_stuck_submission_delays_no_other(
    own_course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    edit(own_course, "course.yml", "check_s: 10", "check_s: 4")
    texts = {"a": tiny.swapped(descent="import time\ndef descent(*a):\n    while True: time.sleep(1)")}
    found, seen = hand_in(**texts, **{f"s{number}": tiny.SOLVED for number in range(11)}), list[str]()
    course = Course.load(own_course.path)
    grade_many(
        course, "tiny", found, tmp_path / "out", Options(isolation, workers=2), lambda one: seen.append(one.submission)
    )
    assert seen[-1] == "a"  # submitted first


def test_what_is_graded_is_read_again_when_it_is_asked_for(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    seen: list[weakref.ref[Report]] = []
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=tiny.SOLVED)
    options = Options(isolation, workers=2)
    graded = grade_many(course, "tiny", found, tmp_path / "out", options, lambda one: seen.append(weakref.ref(one)))
    gc.collect()
    assert len(seen) == 3
    assert not any(each() for each in seen)  # no report is kept in memory
    assert ids(graded[1:]) == ["bob", "cleo"]
    assert graded[-1].score == 100


def test_a_gpu_check_that_kills_its_worker_leaves_the_other_checks_as_they_were(
    with_gpu: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, out = hand_in(ada=tiny.SOLVED + "# KILL_ALWAYS", bob=WRONG), tmp_path / "out"
    without_gpu(with_gpu, isolation, found, out)
    monkeypatch.setattr(pool, "_work", dies)
    ada, bob = grade_many(with_gpu, "tiny", found, out, Options(isolation, workers=2, gpu=True))
    assert (ada.score, bob.score) == (None, 75)
    assert [check.name for check in ada.checks if check.status == "error"] == [GPU]
    assert sum(check.points for check in ada.checks) == 85


# ---- resuming -------------------------------------------------------------------------------------------------------


class Counted:
    """Counts the submissions that were really graded, in any process: forked workers inherit the replacement."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._log = Path(tempfile.mkstemp()[1])
        grade = Grader.grade

        def counted(grader: Grader, found: Found, *arguments: Any) -> Report:
            self.note(f"graded {found.id}")
            return grade(grader, found, *arguments)

        monkeypatch.setattr(Grader, "grade", counted)
        monkeypatch.setattr(pool, "starting", lambda: contextlib.nullcontext(multiprocessing.get_context("fork")))

    def note(self, what: str) -> None:
        with self._log.open("a") as log:
            log.write(f"{what}\n")

    def noted(self, kind: str) -> list[str]:
        lines = [line.split(" ", 1) for line in self._log.read_text().splitlines()]
        return [what for of, what in lines if of == kind]

    def forget(self) -> None:
        self._log.write_text("")

    @property
    def graded(self) -> list[str]:
        return self.noted("graded")


def test_resuming_grades_only_what_is_missing_or_has_changed(
    own_course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=WRONG)
    options = Options(isolation, workers=1, resume=True)
    counted = Counted(monkeypatch)

    def again(options: Options = options) -> list[str]:
        counted.forget()
        reports = grade_many(own_course, "tiny", found, tmp_path / "out", options)
        assert ids(reports) == ["ada", "bob", "cleo"]
        return counted.graded

    assert again() == ["ada", "bob", "cleo"]
    assert again() == []
    (tmp_path / "out" / store.file_name("bob")).unlink()
    assert again() == ["bob"]
    (tmp_path / "out" / store.file_name("cleo")).write_text('{"half a')
    assert again() == ["cleo"]
    hand_in(cleo=tiny.SOLVED)
    assert again() == ["cleo"]
    with (own_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write("\n")
    assert again() == ["ada", "bob", "cleo"]
    if isolation == "bubblewrap":
        assert again(dataclasses.replace(options, isolation="process")) == ["ada", "bob", "cleo"]
        assert again(dataclasses.replace(options, isolation="process")) == []
        assert again() == ["ada", "bob", "cleo"]
    assert again(dataclasses.replace(options, seed="0f")) == ["ada", "bob", "cleo"]
    assert again(dataclasses.replace(options, resume=False)) == ["ada", "bob", "cleo"]


def test_resuming_adds_the_time_of_handing_in_without_grading_again(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (ada,) = hand_in(ada=tiny.SOLVED)
    options, out = Options(isolation, workers=1, resume=True), tmp_path / "out"
    grade_many(course, "tiny", [ada], out, options)
    (first,) = store.read_folder(out)
    assert first.submitted is None
    counted, noon = Counted(monkeypatch), datetime(2026, 10, 12, 12, tzinfo=UTC)
    grade_many(course, "tiny", [dataclasses.replace(ada, submitted=noon)], out, options)
    grade_many(course, "tiny", [ada], out, options)
    assert store.read_folder(out) == [dataclasses.replace(first, submitted=noon)]
    assert counted.graded == []


def test_resuming_grades_again_what_needed_staff_or_is_anothers(
    course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
    grader: Grader,
) -> None:
    ada, bob = hand_in(ada=tiny.SOLVED, bob=tiny.SOLVED)
    content = {"content": grader.content_of(ada)}
    store.write(dataclasses.replace(grader.unjudged(ada, "died"), versions=content), tmp_path / "out")
    (tmp_path / "out" / store.file_name("bob")).write_bytes((tmp_path / "out" / store.file_name("ada")).read_bytes())
    counted = Counted(monkeypatch)
    reports = grade_many(course, "tiny", [ada, bob], tmp_path / "out", Options(isolation, workers=1, resume=True))
    assert counted.graded == ["ada", "bob"]
    assert [each.score for each in reports] == [100, 100]


def test_a_report_under_anothers_name_is_not_taken_for_theirs(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = hand_in(ada=tiny.SOLVED, bob=tiny.SOLVED)
    options = Options(isolation, workers=1, seed="0f", resume=True)  # with one seed, equal texts are equal content
    grade_many(course, "tiny", [ada], tmp_path / "out", options)
    (tmp_path / "out" / store.file_name("ada")).rename(tmp_path / "out" / store.file_name("bob"))
    counted = Counted(monkeypatch)
    assert ids(grade_many(course, "tiny", [bob], tmp_path / "out", options)) == counted.graded == ["bob"]


# ---- interruptions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_keeps_what_is_finished_and_ends_the_workers(
    own_course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], workers: int
) -> None:
    patient = (
        own_course.path.read_text()
        .replace("check_s: 10", "check_s: 200")
        .replace("submission_s: 60", "submission_s: 900")
    )
    own_course.path.write_text(patient)
    course = Course.load(own_course.path)
    found = hand_in(ada=tiny.SOLVED, bob=SLOW, cleo=SLOW, dan=SLOW)
    seen: list[str] = []

    def interrupt(graded: Report) -> None:
        seen.append(graded.submission)
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt) as caught:
        grade_many(course, "tiny", found, tmp_path / "out", Options(isolation, workers=workers), interrupt)
    assert caught  # the traceback still exists, but no worker does
    assert not multiprocessing.active_children()
    assert time.monotonic() - started < 60  # not the minutes that bob and the others sleep
    assert [path.name for path in (tmp_path / "out").iterdir()] == [store.file_name("ada")]
    assert seen == ["ada"]
    assert store.read(tmp_path / "out" / store.file_name("ada")).score == 100


def test_a_full_disk_stops_the_run_and_leaves_no_half_written_file(
    course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=WRONG)
    out = tmp_path / "out"
    real = os.fsync
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="No space left on device"):
        grade_many(course, "tiny", found, out, Options(isolation, workers=2))
    assert not multiprocessing.active_children()
    (left,) = out.iterdir()
    assert store.read(left).submission in ids_of(found)


def ids_of(found: Sequence[Found]) -> list[str]:
    return [each.id for each in found]


# ---- workers that die -----------------------------------------------------------------------------------------------


def test_a_worker_that_dies_loses_nothing_and_only_the_guilty_submission_is_unjudged(
    course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The guilty one comes last, so that `unlucky` has made its first attempt, and died, before it is tried alone.
    texts = {f"s{number}": tiny.SOLVED for number in range(5)}
    texts |= {"unlucky": tiny.SOLVED + "# KILL_ONCE", "z_guilty": tiny.SOLVED + "# KILL_ALWAYS"}
    found = hand_in(**texts)
    monkeypatch.setattr(pool, "_work", dies)
    reports = grade_many(course, "tiny", found, tmp_path / "out", Options(isolation, workers=2))
    assert {each.submission: each.score for each in reports} == dict.fromkeys(texts, 100) | {"z_guilty": None}
    guilty = store.read(tmp_path / "out" / store.file_name("z_guilty"))
    assert guilty.needs_staff
    assert {check.message for check in guilty.checks} == {"its worker died, each time"}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_submission_that_ends_its_grader_by_what_it_returns_is_the_cause_and_the_class_goes_on(
    course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
) -> None:
    found = hand_in(ada=tiny.SOLVED, guilty=tiny.SOLVED + "# TRAP", zoe=tiny.SOLVED)
    out, options = tmp_path / "out", Options(isolation, workers=workers)
    monkeypatch.setattr(pool, "_work", traps)
    ada, guilty, zoe = grade_many(course, "tiny", found, out, options)
    assert [ada.score, guilty.score, zoe.score] == [100, 0, 100]
    assert {check.status for check in guilty.checks} == {"crashed"}
    (message,) = {check.message for check in guilty.checks}
    assert message.startswith("The grader was ended by signal 11 (SIGSEGV) each time that it judged this submission")
    counted = Counted(monkeypatch)
    again = grade_many(course, "tiny", found, out, dataclasses.replace(options, resume=True))
    assert (counted.graded, again[1].score) == ([], 0)


def test_a_worker_killed_from_outside_loses_nothing(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    found = hand_in(**{f"s{number}": tiny.SOLVED for number in range(6)})
    killed: list[int] = []

    def kill_one(graded: Report) -> None:
        if not killed:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    reports = grade_many(course, "tiny", found, tmp_path / "out", Options(isolation, workers=2), kill_one)
    assert killed
    assert [each.score for each in reports] == [100] * 6


def test_a_fault_that_stops_every_worker_stops_the_run(
    course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "_work", failing)
    with pytest.raises(CourseError, match="the grader is broken"):
        grade_many(course, "tiny", hand_in(a="RAISE", b="RAISE"), tmp_path / "out", Options(isolation, workers=2))
    assert not multiprocessing.active_children()


def test_an_unusable_assignment_stops_before_any_worker_starts(
    own_course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    (own_course.solutions_dir("tiny") / "checks.py").write_text("1 / 0")
    with pytest.raises(CourseError, match="ZeroDivisionError"):
        grade_many(own_course, "tiny", hand_in(a="", b=""), tmp_path / "out", Options(isolation, workers=2))
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_graded(course, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.grading.pool.Grader", lambda *_: pytest.fail("graded in vain"))
    (tmp_path / "a file").write_text("")
    with pytest.raises(CourseError, match=r"Cannot write into .*a file/out: Not a directory\. Choose another folder"):
        grade_many(course, "tiny", [], tmp_path / "a file" / "out", Options())


# ---- what waits for a GPU -------------------------------------------------------------------------------------------


class Judged(Counted):
    """Also records which checks judged each submission."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        judge = grader.judge

        def counted(checks: Sequence[Check], *arguments: Any, **options: Any) -> Any:
            self.note(f"judged {len(checks)}")
            return judge(checks, *arguments, **options)

        monkeypatch.setattr(grader, "judge", counted)

    @property
    def checks(self) -> list[int]:
        return list(map(int, self.noted("judged")))


GPU = "descends_five_steps"


def without_gpu(course: Course, isolation: str, found: list[Found], out: Path) -> list[Report]:
    """The reports of a machine without a GPU."""
    with pytest.MonkeyPatch.context() as machine:
        machine.setenv("CUDA_VISIBLE_DEVICES", "-1")
        gpu.find.cache_clear()
        grade_many(course, "tiny", found, out, Options(isolation, workers=1))
    gpu.find.cache_clear()
    return store.read_folder(out)


def test_a_gpu_judges_only_what_is_pending_and_keeps_the_rest(
    with_gpu: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, out = hand_in(ada=tiny.SOLVED, bob=WRONG), tmp_path / "out"
    before = without_gpu(with_gpu, isolation, found, out)
    assert [(each.score, each.pending) for each in before] == [(85, 15), (75, 15)]
    judged = Judged(monkeypatch)
    options = Options(isolation, workers=1, gpu=True)
    after = grade_many(with_gpu, "tiny", found, out, options)
    assert (judged.graded, judged.checks) == (["ada", "bob"], [1, 1])
    assert [(each.score, each.pending) for each in after] == [(100, 0), (75, 0)]
    for first, second in zip(before, after, strict=True):
        assert [c for c in second.checks if c.name != GPU] == [c for c in first.checks if c.name != GPU]
        assert second.versions == first.versions | {"gpu": "NVIDIA H200"}
        assert essence(store.read(out / store.file_name(second.submission))) == essence(second)
    grade_many(with_gpu, "tiny", found, out, options)
    assert judged.graded == ["ada", "bob"]  # nothing is pending any more


def test_with_a_gpu_changed_and_new_work_is_graded_wholly(
    with_gpu: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    without_gpu(with_gpu, isolation, hand_in(ada=tiny.SOLVED, bob=tiny.SOLVED), out)
    found = hand_in(ada=WRONG, bob=tiny.SOLVED, cleo=tiny.SOLVED)
    judged = Judged(monkeypatch)
    after = grade_many(with_gpu, "tiny", found, out, Options(isolation, workers=1, gpu=True))
    assert judged.checks == [7, 1, 7]
    assert [(each.score, each.pending) for each in after] == [(75, 0), (100, 0), (100, 0)]


def test_a_report_that_needs_staff_is_not_completed_but_graded_again(
    with_gpu: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, out = hand_in(ada=tiny.SOLVED), tmp_path / "out"
    (before,) = without_gpu(with_gpu, isolation, found, out)
    broken = dataclasses.replace(before.exercises[0].checks[0], status="error", points=0.0)
    exercise = dataclasses.replace(before.exercises[0], checks=(broken, *before.exercises[0].checks[1:]))
    store.write(dataclasses.replace(before, exercises=(exercise, *before.exercises[1:])), out)
    judged = Judged(monkeypatch)
    (after,) = grade_many(with_gpu, "tiny", found, out, Options(isolation, workers=1, gpu=True))
    assert judged.checks == [7]
    assert after.score == 100


def test_another_isolation_on_the_machine_with_the_gpu_is_said(
    with_gpu: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    if isolation != "bubblewrap":
        pytest.skip("this machine has one isolation")
    found, out = hand_in(ada=tiny.SOLVED), tmp_path / "out"
    without_gpu(with_gpu, isolation, found, out)
    (after,) = grade_many(with_gpu, "tiny", found, out, Options("process", workers=1, gpu=True))
    assert (after.score, after.isolation, after.versions["gpu_isolation"]) == (100, "bubblewrap", "process")


def test_workers_complete_reports_too(
    with_gpu: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    found, out = hand_in(ada=tiny.SOLVED, bob=WRONG, cleo=tiny.SOLVED), tmp_path / "out"
    before = without_gpu(with_gpu, isolation, found, out)
    after = grade_many(with_gpu, "tiny", found, out, Options(isolation, workers=2, gpu=True))
    assert [(each.score, each.pending) for each in after] == [(100, 0), (75, 0), (100, 0)]
    durations = [[c.duration_s for c in each.checks if c.name != GPU] for each in (*before, *after)]
    assert durations[:3] == durations[3:]  # not judged again


def test_resuming_without_a_gpu_leaves_what_is_pending(
    gpu_course: Course,
    isolation: str,
    tmp_path: Path,
    hand_in: Callable[..., list[Found]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, out = hand_in(ada=tiny.SOLVED), tmp_path / "out"
    without_gpu(gpu_course, isolation, found, out)
    counted = Counted(monkeypatch)
    (after,) = grade_many(gpu_course, "tiny", found, out, Options(isolation, workers=1, resume=True))
    assert (after.pending, counted.graded) == (15, [])


def test_asking_for_a_gpu_where_none_is_touches_no_report(
    gpu_course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]]
) -> None:
    found, out = hand_in(ada=tiny.SOLVED), tmp_path / "out"
    before = without_gpu(gpu_course, isolation, found, out)
    with pytest.raises(CourseError, match="no NVIDIA GPU was found here"):
        grade_many(gpu_course, "tiny", found, out, Options(isolation, workers=1, gpu=True))
    assert store.read_folder(out) == before


@pytest.mark.parametrize(
    ("before", "method"),
    [("", "fork"), ("threading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "spawn"),
     ("import _thread; _thread.start_new_thread(time.sleep, (9,))", "spawn")],  # a library's thread, not counted
)  # fmt: skip
def test_workers_are_forked_where_nothing_else_runs(before: str, method: str) -> None:
    program = f"import sys, threading, time\nfrom autograder.processes import starting\n{before}\n"
    program += "with starting() as context: print(context.get_start_method())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (method if sys.platform == "linux" else "spawn")
