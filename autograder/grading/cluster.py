"""The workers of a Dask cluster, for the pool.

What is sent: the files that judge the assignment, once per worker, named by a digest of their bytes; then each
submission as bytes, with the seed of its hidden inputs, from which the course's secret cannot be derived. Reports come
back as JSON.

Who can read it: the scheduler and the workers have the reference and the hidden checks, in folders that only the
worker's user may enter. They are removed when the run ends; after a killed run, ten minutes later or when the next run
starts; after a killed worker, when Dask next starts one there. A scheduler and its workers run any code for anybody who
can reach them, so keep both on a network that only staff can access, or use `tls://` with Dask's certificates.
Submissions reach neither, since the sandbox has no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker

from autograder import __version__
from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.grading.pool import Work
from autograder.intake.find import Found
from autograder.processes import keep_to_a_free_core
from autograder.report.report import Report, Source
from autograder.submission.cells import read_bytes
from autograder.submission.read import source_of

# Resources that a worker declares: that it takes checks that need a GPU, and how much GPU memory a check may use.
GPU, GPU_MIB = "GPU", "GPU_MIB"
_CONNECT_S = 30.0
_IDLE_S = 600.0
_PREFIX = "autograder "
_LOOK_S = 2.0  # how often the list of workers is requested


@dataclass(frozen=True)
class Parcel:
    """A submission in transit. name: its file's name, or None if there is none. file: as in `Source`.

    earlier: the JSON of the report to complete.
    """

    id: str
    name: str | None
    data: bytes
    problem: str | None
    submitted: datetime | None
    file: str
    seed: bytes
    earlier: str | None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, work: Work) -> Parcel:
        found = work.found
        name, data, problem, file = None, b"", found.problem, ""
        if found.path is not None:
            file = source_of(found.path).file
            try:
                name, data = found.path.name, read_bytes(found.path)
            except Failure as failure:
                name, problem = None, failure.message
        earlier = json.dumps(work.earlier.to_dict()) if work.earlier else None
        return cls(found.id, name, data, problem, found.submitted, file, work.seed, earlier, found.notes)


class Content(WorkerPlugin):
    """A worker's data about a course: its files, and one warm grader, created for the first submission.

    files: name -> bytes. owner: the client that started the run; the end of one run removes no files of another.
    On the worker, a lock serializes submissions, since a grader takes one at a time.
    """

    def __init__(self, files: dict[str, bytes], assignment_id: str, options: Options, owner: str) -> None:
        self.version = __version__
        self._files, self._assignment_id, self._options = files, assignment_id, options
        digest = hashlib.sha256(repr((assignment_id, options)).encode())
        for name, data in files.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
        self.name = f"{_PREFIX}{digest.hexdigest()[:32]} {owner}"

    def setup(self, worker: Worker) -> None:
        self._lock = threading.Lock()
        self._grader: Grader | None = None
        self._folder: Path | None = None
        self._local = worker.local_directory
        self._closing = False
        self._idle = threading.Timer(0, self._close)

    def teardown(self, worker: Worker) -> None:
        """Close the grader, now or after the current submission. Does not wait for it."""
        self._closing = True
        self._close()

    def grade(self, parcel: Parcel) -> str:
        """The JSON of the report. Raises: CourseError if this worker cannot grade."""
        if self.version != __version__:
            raise CourseError(f"it has autograder {__version__}, and the run was started with {self.version}")
        self._idle.cancel()
        try:
            with self._lock:
                report = self._graded(parcel)
        finally:
            # The folder is removed when the run has ended or was killed, that is, when nothing arrives any more.
            self._idle = threading.Timer(0 if self._closing else _IDLE_S, self._close)
            self._idle.daemon = True
            self._idle.start()
        if parcel.file:
            report = replace(report, source=replace(report.source or Source(""), file=parcel.file))
        return json.dumps(report.to_dict())

    def _graded(self, parcel: Parcel) -> Report:
        grader = self._grader = self._grader or self._open()
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path = None
            if parcel.name is not None:
                path = Path(folder, parcel.name)
                path.write_bytes(parcel.data)
            found = Found(parcel.id, path, parcel.problem, parcel.submitted, parcel.notes)
            earlier = Report.from_dict(json.loads(parcel.earlier)) if parcel.earlier else None
            return grader.grade(found, earlier, parcel.seed)

    def _open(self) -> Grader:
        self._folder = Path(tempfile.mkdtemp(prefix="course-", dir=self._local))  # mode 0700
        for name, data in self._files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        keep_to_a_free_core()
        return Grader(Course.load(self._folder / "course.yml"), self._assignment_id, self._options)

    def _close(self) -> None:
        """Close the grader and remove the files, unless a submission is being graded. The next one recreates them."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._grader is not None:
                self._grader.close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._grader = self._folder = None
        finally:
            self._lock.release()


def _left_behind(dask_scheduler: Any) -> list[str]:
    """Runs on the scheduler: the contents left behind by clients that have gone."""
    names = [name for name in dask_scheduler.worker_plugins if name.startswith(_PREFIX)]
    return [name for name in names if name.rpartition(" ")[2] not in dask_scheduler.clients]


def _grade(name: str, parcel: Parcel) -> str:
    """Runs on a worker."""
    worker = get_worker()
    content = worker.plugins[name]
    assert isinstance(content, Content)
    try:
        return content.grade(parcel)
    except CourseError as error:
        raise CourseError(f"the worker {worker.address}: {error}") from None


class Cluster:
    """A scheduler's workers, as the pool uses them. They may join, leave and die."""

    # When a worker dies, Dask tries its task elsewhere; it gives up after a few times.
    died: tuple[type[Exception], ...] = (KilledWorker,)
    window = 2  # so that the next submission is there when one is done: requesting it takes a tenth of grading it
    keeps = True  # Dask does not move a task that waits behind an endless loop

    def __init__(self, client: Client, name: str, gpu_memory_mib: int) -> None:
        self._client, self._name = client, name
        self._wanted = {GPU: 1, GPU_MIB: gpu_memory_mib}
        self._executor = client.get_executor(pure=False)
        self._seen: list[dict[str, float]] = []
        self._seen_at = float("-inf")

    def submit(self, work: Work) -> Future[str]:
        options = {"resources": self._asked()} if work.earlier else {}
        return self._executor.submit(_grade, self._name, Parcel.of(work), **options)

    def count(self) -> int:
        return len(self._resources())

    def gpus(self) -> int:
        asked = self._asked()
        return sum(all(each.get(name, 0) >= amount for name, amount in asked.items()) for each in self._resources())

    def ended_by(self) -> int | None:
        return None  # Dask does not say

    def _asked(self) -> dict[str, int]:
        """The resources for a check that needs a GPU; memory only if some worker declares how much it has."""
        declared = {name for each in self._resources() for name in each}
        return {name: amount for name, amount in self._wanted.items() if name == GPU or name in declared}

    def _resources(self) -> list[dict[str, float]]:
        """What each worker declares."""
        if time.monotonic() > self._seen_at + _LOOK_S:
            workers: dict[str, Any] = {}
            with contextlib.suppress(OSError):  # a lost scheduler has no workers; the client looks for it
                workers = self._client.scheduler_info()["workers"]
            self._seen = [dict(each["resources"]) for each in workers.values()]
            self._seen_at = time.monotonic()
        return self._seen

    def close(self) -> None:
        """Cancel unfinished tasks."""
        self._executor.shutdown(wait=False)


@contextlib.contextmanager
def connect(address: str, course: Course, assignment_id: str, options: Options) -> Iterator[Cluster]:
    """The workers of the scheduler at this address, with what they need to grade, until the end of the block.

    Raises: CourseError if no scheduler answers there, or if it has no worker.
    """
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {address} ({error}); start one with `dask scheduler`"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_S)
        except TimeoutError:
            message = f"The scheduler at {address} has no worker; start some: dask worker {address} --nthreads 1"
            raise CourseError(message) from None
        files = {name: path.read_bytes() for name, path in course.files_of(assignment_id)}
        files["course.yml"] = course.path.read_bytes()
        there = Options(options.isolation, user=options.user, defer_gpu=True)
        for name in client.run_on_scheduler(_left_behind):
            client.unregister_worker_plugin(name)
        content = Content(files, assignment_id, there, client.id)
        client.register_plugin(content, name=content.name)
        cluster = Cluster(client, content.name, course.assignment(assignment_id).limits.gpu_memory_mib)
        try:
            yield cluster
        finally:
            with contextlib.suppress(OSError):  # a lost scheduler has no plugins left either
                cluster.close()
                client.unregister_worker_plugin(content.name)
