"""Grade many submissions in parallel, resumably, each to a report of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from autograder import report as reports
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grade import Grader, Options
from autograder.report import Report
from autograder.submission import Found

_TRIES = 2  # how often a submission whose worker died is given to another
_WINDOW = 2  # submissions handed out per worker: enough to keep it busy, few to repeat after a crash


def grade_many(
    course: Course,
    assignment_id: str,
    found: Sequence[Found],
    out: Path,
    options: Options,
    on_report: Callable[[Report], None] = lambda report: None,
) -> list[Report]:
    """Grade submissions in parallel; each report is written to `out` when it is ready, so nothing finished is lost.

    on_report: called with every report, also with those that `options.resume` found done. Returns them in the order
    of `found`. Raises: CourseError if the assignment, the sandbox or the folder is unusable; KeyboardInterrupt.
    """
    done: dict[str, Report] = {}

    def finish(report: Report, *, write: bool = True) -> None:
        if write:
            reports.write(report, out)
        done[report.submission] = report
        on_report(report)

    waiting = list(found)
    if options.resume:
        with Grader(course, assignment_id, options) as grader:
            for item in found:
                earlier = _earlier_report(out, item, grader)
                if earlier is not None:
                    waiting.remove(item)
                    finish(earlier, write=False)
    workers = min(options.workers or _cores(), max(1, len(waiting)))
    if workers == 1:
        with Grader(course, assignment_id, options) as grader:
            for item in waiting:
                finish(grader.grade(item))
    else:
        # What would stop every worker is better said once, before any is started.
        with Grader(course, assignment_id, options):
            pass
        for report in _in_parallel(course, assignment_id, waiting, options, workers):
            finish(report)
    return [done[item.id] for item in found]


def _in_parallel(
    course: Course, assignment_id: str, waiting: list[Found], options: Options, workers: int
) -> Iterator[Report]:
    """Reports as they are ready. A worker that dies (the machine's memory ran out, say) is replaced."""
    queue = [(item, 1) for item in waiting]
    while queue:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, context, _start_worker, (course.path, assignment_id, options))
        running: dict[Future[Report], tuple[Found, int]] = {}
        try:
            while queue or running:
                while queue and len(running) < _WINDOW * workers:
                    item, attempt = queue.pop(0)
                    running[pool.submit(_work, item)] = (item, attempt)
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    item, attempt = running[future]
                    report = future.result()
                    del running[future]
                    yield report
        except BrokenProcessPool as error:
            for item, attempt in running.values():
                if attempt < _TRIES:
                    queue.append((item, attempt + 1))
                else:
                    yield _unjudged(course, assignment_id, item, options, f"its worker died twice ({error})")
        finally:
            _end(pool)


def _end(pool: ProcessPoolExecutor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:  # also a worker in the middle of a submission: its sandbox ends with it
        process.terminate()
    for process in processes:
        process.join()


_worker: Grader | None = None


def _start_worker(course_path: Path, assignment_id: str, options: Options) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _worker = Grader(Course.load(course_path), assignment_id, options)


def _work(found: Found) -> Report:
    assert _worker is not None
    return _worker.grade(found)


def _unjudged(course: Course, assignment_id: str, item: Found, options: Options, message: str) -> Report:
    with Grader(course, assignment_id, options) as grader:
        return grader.unjudged(item, message)


def _earlier_report(out: Path, item: Found, grader: Grader) -> Report | None:
    path = out / reports.file_name(item.id)
    try:
        earlier = reports.read(path)
    except (CourseError, OSError):
        return None  # missing, or not a report: it is graded again
    same = earlier.versions.get("content") == grader.content_of(item)
    return earlier if same and not earlier.needs_staff and earlier.submission == item.id else None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
