"""Grade many submissions in parallel, resumably, each to a report of its own."""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from autograder import report as reports
from autograder.course import Course
from autograder.errors import CourseError
from autograder.files import require_writable
from autograder.grade import Grader, Options
from autograder.report import Report
from autograder.submission import Found

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

    # What would stop every worker is said once, here, before any is started; and nothing is graded in vain.
    require_writable(out)
    with Grader(course, assignment_id, options) as grader:
        waiting = []
        for item in found:
            earlier = _earlier_report(out, item, grader) if options.resume else None
            if earlier is None:
                waiting.append(item)
            else:
                finish(earlier, write=False)
        workers = min(options.workers or _cores(), len(waiting))
        if workers <= 1:
            for item in waiting:
                finish(grader.grade(item))
        else:
            start = functools.partial(_Pool, (course.path, assignment_id, options))
            # Closed at once when writing a report fails, not when the traceback has gone.
            with contextlib.closing(_in_parallel(start, waiting, workers, grader)) as ready:
                for report in ready:
                    finish(report)
    return [done[item.id] for item in found]


def _in_parallel(
    start: Callable[[int], _Pool], waiting: list[Found], workers: int, grader: Grader
) -> Generator[Report, None, None]:
    """Reports as they are ready. When a worker dies (the machine's memory ran out, say) nothing of it is lost.

    Which of the submissions in flight killed it is not known, so each of them is tried again on its own, at the end.
    """
    queue, suspects = deque(waiting), list[Found]()
    while queue:
        with start(workers) as pool:
            suspects += yield from pool.grade(queue)
    queue = deque(suspects)
    while queue:
        with start(1) as pool:
            for item in (yield from pool.grade(queue, window=1)):
                yield grader.unjudged(item, "its worker died, twice")


class _Pool:
    """Worker processes, each with a warm Grader. arguments: of `_start_worker`."""

    def __init__(self, arguments: tuple[Path, str, Options], workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._executor = ProcessPoolExecutor(workers, context, _start_worker, arguments)
        self._workers = workers

    def grade(self, queue: deque[Found], window: int = 0) -> Generator[Report, None, list[Found]]:
        """Take submissions from the queue and yield their reports, until it is empty or a worker has died.

        window: how many are handed out at a time; 0 for what keeps all workers busy. Returns those that were in flight.
        """
        running: dict[Future[Report], Found] = {}
        try:
            while queue or running:
                while queue and len(running) < (window or _WINDOW * self._workers):
                    future = self._executor.submit(_work, queue[0])  # which raises if a worker has just died
                    running[future] = queue.popleft()
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    report = future.result()
                    del running[future]
                    yield report
        except BrokenProcessPool:
            for future in [each for each in running if each.done() and not each.exception()]:
                del running[future]
                yield future.result()
        return list(running.values())

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers, also one in the middle of a submission: its sandbox ends with it."""
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
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
