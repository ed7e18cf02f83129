"""Grades many submissions in parallel, each to its own report. A run can be resumed."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from threading import Thread
from typing import Protocol, overload

from autograder.course.course import Assignment, Course
from autograder.errors import CourseError
from autograder.files import require_writable
from autograder.grading.grader import Grader, Rubric
from autograder.grading.options import Options, shared_template
from autograder.intake.find import Found
from autograder.processes import core_for_each, cores, end_with_parent, keep_to, starting
from autograder.report import store
from autograder.report.report import Report, completed
from autograder.sandbox import Sandbox
from autograder.sandbox.child.imports import import_whole
from autograder.sandbox.connection import signal_name

_END_S = 5.0
_GO_ON = "finished reports are kept, and --resume grades the rest"
_PATIENCE_S = 60.0  # without any worker, before the run ends: one that a submission killed is gone until restarted
# Without any report, before the workers are counted. At the end, submissions that may wait for an endless loop are then
# resubmitted.
_LOOK_S = 1.0


@dataclass(frozen=True)
class Work:
    """A submission to grade, the seed of its hidden inputs, and the report to complete, if any."""

    found: Found
    seed: bytes
    earlier: Report | None = None


class Workers(Protocol):
    """Processes that grade, here or on a cluster.

    died: exceptions of a future whose process died. window: how many submissions each process is given at a time.
    keeps: whether a submission stays with its process, however long the one before it takes.
    submit: returns the future JSON of the report. Raises: BrokenExecutor if one death has ended all processes.
    count: their current number. gpus: how many of them can complete a report that waits for a GPU.
    ended_by: the signal that ended the only process; None if unknown.
    """

    died: tuple[type[Exception], ...]
    window: int
    keeps: bool

    def submit(self, work: Work) -> Future[str]: ...
    def count(self) -> int: ...
    def gpus(self) -> int: ...
    def ended_by(self) -> int | None: ...


# Starts this many workers.
Start = Callable[[int], AbstractContextManager[Workers]]

# Signals that a process causes itself, when its libraries compute with unexpected data. Nobody else sends them.
_ITS_OWN = (signal.SIGSEGV, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, getattr(signal, "SIGBUS", None))


def grade_many(
    course: Course,
    assignment_id: str,
    found: Sequence[Found],
    out: Path,
    options: Options,
    on_report: Callable[[Report], None] = lambda report: None,
    cluster: Workers | None = None,
    template: Sandbox | None = None,
) -> Sequence[Report]:
    """Grade submissions in parallel. Each report is written to `out` as soon as it is ready, so none is lost.

    on_report: called once with every report, including those that `options.resume` found. cluster: grades instead of
    this machine's processes. template: a `shared_template` of this process, if there is one already.
    Returns the reports in the order of `found`. Each is read on access, so that thousands do not stay in memory.
    Raises: CourseError if the assignment, the sandbox or the folder is unusable; KeyboardInterrupt.
    """
    require_writable(out)
    completes = options.gpu if cluster is None else cluster.gpus() > 0
    if options.gpu and not completes:
        raise CourseError("no worker of the cluster declares a GPU: dask worker ... --resources GPU=1")
    rubric = Rubric(course, assignment_id, options)
    waiting = list[Work]()
    for item in found:
        work = Work(item, rubric.seed(item.id))
        earlier = _earlier_report(out, work, rubric) if options.resume or options.gpu else None
        if earlier is None or (completes and earlier.by_checks.pending):
            waiting.append(replace(work, earlier=earlier))
            continue
        report = replace(earlier, submitted=item.submitted or earlier.submitted)
        if report != earlier:
            store.write(report, out)
        on_report(report)

    with contextlib.ExitStack() as stack:
        if waiting and cluster is None:
            template = template or stack.enter_context(shared_template(rubric.assignment, options))
            if template is not None:
                _import(rubric.assignment)

        # Even a single worker is a separate process, so that a submission that kills it does not end the run.
        def start(count: int) -> AbstractContextManager[Workers]:
            if cluster is not None:
                return contextlib.nullcontext(cluster)
            return _local(course, assignment_id, options, count, template)

        workers = min(options.workers or cores(), len(waiting))
        finished: set[str] = set()
        # Closed immediately if writing a report fails, not only once the traceback is freed.
        ready = stack.enter_context(contextlib.closing(_in_parallel(start, waiting, rubric, workers)))
        for report in ready:
            if report.submission not in finished:
                finished.add(report.submission)
                store.write(report, out)
                on_report(report)
    return _Reports(out, [item.id for item in found])


def _import(assignment: Assignment) -> None:
    """Import what the template imports, once, before workers are forked. The reference needs it, too."""
    for name in assignment.preload:
        with contextlib.suppress(ImportError):  # each worker reports it
            import_whole(name)


class _Reports(Sequence[Report]):
    """The reports on these submissions, each read from the folder on access."""

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        self._folder, self._ids = folder, ids

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Report: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Report]: ...
    def __getitem__(self, index: int | slice) -> Report | Sequence[Report]:
        if isinstance(index, slice):
            return _Reports(self._folder, self._ids[index])
        return store.read(self._folder / store.file_name(self._ids[index]))


def _in_parallel(start: Start, waiting: list[Work], rubric: Rubric, count: int) -> Generator[Report, None, None]:
    """Yield reports as they are ready. If a worker dies (for example, because memory ran out), no submission is lost.

    It is unknown which of the submissions in flight killed it, so each of them is tried again alone, at the end.
    If a submission is then in flight at a second death, and by a signal that a process causes itself, it is the cause.
    """
    queue, suspects = deque(waiting), list[Work]()
    while queue:
        with start(count) as workers:
            suspects += yield from _grade(workers, queue)
    queue = deque(suspects)
    while queue:
        with start(1) as workers:
            for work in (yield from _grade(workers, queue, alone=True)):
                lost = _lost(rubric, work, workers.ended_by())
                yield completed(work.earlier, lost) if work.earlier else lost


def _lost(rubric: Rubric, work: Work, ended_by: int | None) -> Report:
    """The report on a submission whose worker died twice: with others in flight, then alone, by this signal."""
    if ended_by is None or ended_by not in _ITS_OWN:
        return rubric.unjudged(work.found, "its worker died, each time")
    how = f"ended by {signal_name(ended_by)}"
    message = f"The grader was {how} each time that it judged this submission: what the code returned made it fail."
    return rubric.unjudged(work.found, message, "crashed")


def _grade(workers: Workers, queue: deque[Work], *, alone: bool = False) -> Generator[Report, None, list[Work]]:
    """Take submissions from the queue and yield their reports, until it is empty or the workers have ended.

    alone: submit one at a time. Returns those during which a worker has died.
    """
    running: dict[Future[str], Work] = {}
    suspects: list[Work] = []
    ended = again = False
    present_at = time.monotonic()
    while running or (queue and not ended):
        window = 1 if alone else workers.window * max(workers.count(), 1)
        while queue and not ended and len(running) < window:
            try:
                future = workers.submit(queue[0])
            except BrokenExecutor:
                ended = True
            else:
                running[future] = queue.popleft()
        ready, _ = wait(running, _LOOK_S, FIRST_COMPLETED)
        if ready or workers.count():
            present_at = time.monotonic()
        elif time.monotonic() > present_at + _PATIENCE_S:
            raise CourseError(f"no worker is left; {_GO_ON}")
        if workers.keeps and not (ready or queue or alone or again):
            again = True
            # The last one submitted may wait behind others, so it comes first now; the first may be an endless loop.
            running |= {workers.submit(work): work for work in reversed(list(running.values()))}
        for future in ready:
            if future not in running:  # another future of the same submission was ready, too
                continue
            work = running.pop(future)
            others = [other for other, its in running.items() if its is work]
            try:
                report = Report.from_dict(json.loads(future.result()))
            except workers.died:
                if not others:
                    suspects.append(work)
                continue
            except CancelledError:
                raise CourseError(f"the workers are lost; {_GO_ON}") from None
            for other in others:
                other.cancel()
                del running[other]
            if report.by_checks.pending and work.earlier is None and workers.gpus():
                queue.appendleft(replace(work, earlier=report))
            else:
                yield report
    return suspects


class _Local:
    """Processes of this machine, each with a warm Grader, until one dies."""

    died: tuple[type[Exception], ...] = (BrokenExecutor,)
    window = 2  # enough to keep it busy, and few to repeat after a crash
    keeps = False  # any free process takes the next submission

    def __init__(
        self,
        context: BaseContext,
        course: Course,
        assignment_id: str,
        options: Options,
        workers: int,
        template: Sandbox | None,
    ) -> None:
        free_cores = context.SimpleQueue()
        for core in core_for_each(workers):
            free_cores.put(core)
        arguments = (course, assignment_id, options, free_cores, template)
        self._executor = ProcessPoolExecutor(workers, context, _start_worker, arguments)
        self._workers = workers

    def submit(self, work: Work) -> Future[str]:
        return self._executor.submit(_work, work)

    def count(self) -> int:
        return self._workers

    def gpus(self) -> int:
        return 0  # if the machine has one, it has been used already

    def ended_by(self) -> int | None:
        processes, manager = self._started()
        if manager is not None:
            manager.join(_END_S)  # the thread waits for the processes
        (code,) = [process.exitcode for process in processes] if len(processes) == 1 else [None]
        return -code if code is not None and code < 0 else None

    def _started(self) -> tuple[list[BaseProcess], Thread | None]:
        """The processes, and the thread that manages them. The executor has no public access to either."""
        processes = getattr(self._executor, "_processes", None) or {}
        return list(processes.values()), getattr(self._executor, "_executor_manager_thread", None)

    def __enter__(self) -> _Local:
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers, even in the middle of a submission; their sandboxes end with them."""
        processes, manager = self._started()
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        if manager is not None:
            manager.join(_END_S)  # it waits for the processes, but hangs if one died while it was writing


@contextlib.contextmanager
def _local(
    course: Course, assignment_id: str, options: Options, workers: int, template: Sandbox | None
) -> Iterator[Workers]:
    with starting() as context:
        inherited = template if context.get_start_method() == "fork" else None
        with _Local(context, course, assignment_id, options, workers, inherited) as local:
            yield local


_worker: Grader | CourseError | None = None


def _start_worker(
    course: Course,
    assignment_id: str,
    options: Options,
    free_cores: SimpleQueue[int],
    template: Sandbox | None,
) -> None:
    """Create this process's grader. If that fails, the error is raised when the process is given work."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    end_with_parent()
    if not free_cores.empty():  # there are as many as workers, or none
        keep_to(free_cores.get())
    try:
        _worker = Grader(course, assignment_id, options, template)
    except CourseError as error:
        _worker = error


def _work(work: Work) -> str:
    if not isinstance(_worker, Grader):
        raise _worker or CourseError("this process has no grader")
    return json.dumps(_worker.grade(work.found, work.earlier, work.seed).to_dict())


def _earlier_report(out: Path, work: Work, rubric: Rubric) -> Report | None:
    path = out / store.file_name(work.found.id)
    try:
        earlier = store.read(path)
    except (CourseError, OSError):
        return None  # missing, or not a report: grade again
    same = earlier.versions.get("content") == rubric.content_of(work.found, work.seed)
    # A machine with a GPU may lack bubblewrap; the report states the isolation of what it adds.
    same = same and (rubric.options.gpu or earlier.isolation == rubric.options.isolation)
    return earlier if same and not earlier.needs_staff and earlier.submission == work.found.id else None
