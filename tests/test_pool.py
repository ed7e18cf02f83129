"""Grading a class: in parallel as alone, and nothing that was finished is ever lost."""

from __future__ import annotations

import dataclasses
import errno
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder import pool, report
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grade import Grader, Options
from autograder.pool import grade_many
from autograder.report import Report
from autograder.submission import Found
from tests import tiny

WRONG = tiny.swapped(descent="def descent(*a): return 0")
SLOW = tiny.swapped(descent="import time\ndef descent(*a):\n    time.sleep(200)")


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[..., list[Found]]:
    """Files of these texts, by student."""

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
    """A report without what the clock decides."""
    data = graded.to_dict() | {"duration_s": 0}
    for exercise in data["exercises"]:
        for check in exercise["checks"]:
            check["duration_s"] = 0
    return data


def ids(reports: Sequence[Report]) -> list[str]:
    return [each.submission for each in reports]


def dies(found: Found) -> Report:
    """A worker's job in which two submissions kill it: ada's always, bob's the first time."""
    assert found.path is not None
    text = found.path.read_text()
    once = found.path.with_suffix(".once")
    if "KILL_ALWAYS" in text or ("KILL_ONCE" in text and not once.exists()):
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return _really_work(found)


_really_work = pool._work


def failing(found: Found) -> Report:
    assert found.path is not None
    if "RAISE" in found.path.read_text():
        raise CourseError("the grader is broken")
    return _really_work(found)


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
    assert {path.name for path in (tmp_path / "2").iterdir()} == {report.file_name(f.id) for f in found}
    assert [essence(report.read(tmp_path / "2" / report.file_name(f.id))) for f in found] == list(
        map(essence, together)
    )
    assert not multiprocessing.active_children()


def test_no_submission_is_no_work(course: Course, isolation: str, tmp_path: Path) -> None:
    assert grade_many(course, "tiny", [], tmp_path, Options(isolation)) == []


# ---- resuming -------------------------------------------------------------------------------------------------------


class Counted:
    """Counts the submissions that were really graded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.graded: list[str] = []
        grade = Grader.grade

        def counted(grader: Grader, found: Found) -> Report:
            self.graded.append(found.id)
            return grade(grader, found)

        monkeypatch.setattr(Grader, "grade", counted)


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
        counted.graded.clear()
        reports = grade_many(own_course, "tiny", found, tmp_path / "out", options)
        assert ids(reports) == ["ada", "bob", "cleo"]
        return counted.graded.copy()

    assert again() == ["ada", "bob", "cleo"]
    assert again() == []
    (tmp_path / "out" / report.file_name("bob")).unlink()
    assert again() == ["bob"]
    (tmp_path / "out" / report.file_name("cleo")).write_text('{"half a')
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
    report.write(dataclasses.replace(grader.unjudged(ada, "died"), versions=content), tmp_path / "out")
    (tmp_path / "out" / report.file_name("bob")).write_bytes((tmp_path / "out" / report.file_name("ada")).read_bytes())
    counted = Counted(monkeypatch)
    reports = grade_many(course, "tiny", [ada, bob], tmp_path / "out", Options(isolation, workers=1, resume=True))
    assert counted.graded == ["ada", "bob"]
    assert [each.score for each in reports] == [100, 100]


def test_a_report_under_anothers_name_is_not_taken_for_theirs(
    course: Course, isolation: str, tmp_path: Path, hand_in: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = hand_in(ada=tiny.SOLVED, bob=tiny.SOLVED)
    options = Options(isolation, workers=1, seed="0f", resume=True)  # with one seed the same text is the same content
    grade_many(course, "tiny", [ada], tmp_path / "out", options)
    (tmp_path / "out" / report.file_name("ada")).rename(tmp_path / "out" / report.file_name("bob"))
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
    assert caught  # the traceback is alive, and still no worker is
    assert not multiprocessing.active_children()
    assert time.monotonic() - started < 60  # not the minutes for which bob and the others sleep
    assert [path.name for path in (tmp_path / "out").iterdir()] == [report.file_name("ada")]
    assert seen == ["ada"]
    assert report.read(tmp_path / "out" / report.file_name("ada")).score == 100


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
    assert report.read(left).submission in ids_of(found)


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
    texts = {f"s{number}": tiny.SOLVED for number in range(5)}
    texts |= {"guilty": tiny.SOLVED + "# KILL_ALWAYS", "unlucky": tiny.SOLVED + "# KILL_ONCE"}
    found = hand_in(**dict(sorted(texts.items())))
    monkeypatch.setattr(pool, "_work", dies)
    reports = grade_many(course, "tiny", found, tmp_path / "out", Options(isolation, workers=2))
    scores = {each.submission: each.score for each in reports}
    assert scores.pop("guilty") is None
    assert set(scores.values()) == {100}
    assert len(scores) == 6
    guilty = report.read(tmp_path / "out" / report.file_name("guilty"))
    assert guilty.needs_staff
    assert {check.message for check in guilty.checks} == {"its worker died, twice"}


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
    monkeypatch.setattr("autograder.pool.Grader", lambda *_: pytest.fail("graded in vain"))
    (tmp_path / "a file").write_text("")
    with pytest.raises(CourseError, match=r"Cannot write into .*a file/out: Not a directory\. Choose another folder"):
        grade_many(course, "tiny", [], tmp_path / "a file" / "out", Options())
