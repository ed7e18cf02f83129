"""Reads handed-in files in a separate process, which the kernel ends if it takes too long.

A file's author controls how expensive it is to read: Python's own parser takes 38 seconds for half a megabyte of
f-string, gigabytes for other text, and may crash. It is C code, which no signal handler interrupts and no thread can
stop, and the grader may be a thread of a Dask worker. So everything that processes a file's text before the sandbox
does (its cells, magics, definitions and rules, the lines of its loops) runs here, where

- a CPU-time timer ends the process with a signal that nobody handles, in C code too; it does not count waiting, so a
  busy machine never costs a student points;
- the address space is limited;
- a crash ends this process, not the grader.

In all three cases the file gets a `Failure`, and the next file a new process. Only the grader's own code runs here,
so its answers are trusted. The grader itself reads only data of bounded size: frames, messages, and single lines.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

from autograder.course.settings import Rules
from autograder.errors import CourseError, Failure
from autograder.files import PACKAGE
from autograder.report.report import Source
from autograder.submission.read import Submission, read, source_of
from autograder.submission.release import Release
from autograder.submission.rules import RuleBook

READ_S = 5.0  # of CPU time; the largest of our own notebooks takes 0.1
_MEMORY_BYTES = 1 << 30  # beyond what the process has before it reads
_TOO_LARGE = 3  # its exit status if this memory was not enough

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """Everything known about a submission before its code runs."""

    submission: Submission
    source: Source
    rules: RuleBook


def read_whole(
    path: Path,
    release: Release,
    submission_id: str,
    rules: Rules,
    exercises: Sequence[str],
    data: bytes | None = None,
) -> Reading:
    """Read one submitted file. exercises: those with checks. data: the file's bytes, if they were read already.

    Raises: Failure if there is nothing to load.
    """
    submission = read(path, release, submission_id, data)
    return Reading(submission, source_of(path, submission, exercises), RuleBook(rules, submission.loadable, exercises))


def apart(name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run function(*args) in the reading process. name: the file's, for messages.

    Raises: Failure if the function does, or if it takes too much time or memory; CourseError if it breaks.
    """
    if _trusting.get():
        return function(*args, **kwargs)
    kind, answer = _reader.ask(name, (_here(), functools.partial(function, *args, **kwargs)))
    if kind == "failure":
        raise Failure(answer)
    if kind == "fault":
        raise CourseError(f"{name} could not be read: {answer}")
    result: T = answer
    return result


@contextlib.contextmanager
def in_this_process() -> Iterator[None]:
    """In this context, files are read in this process, because they are the user's own. This starts faster."""
    token = _trusting.set(True)
    try:
        yield
    finally:
        _trusting.reset(token)


def prepare() -> None:
    """Start the process in the background, which takes a tenth of a second."""
    _reader.start()


def close() -> None:
    """End the process; the next file starts a new one. Idempotent."""
    _reader.end()


class _Reader:
    """The reading process, seen from this one. It serves one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._others: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with self._lock:
            self._process = self._process or self._started()
            return self._process

    def _started(self, read_s: float = READ_S) -> subprocess.Popen[bytes]:
        # -P, and our folder last: the current folder may contain a submission called `pickle.py`.
        folder = str(PACKAGE.parent)
        code = f"import sys; sys.path.append({folder!r}); from {__name__} import serve; serve({read_s!r})"
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", "-c", code]
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True)

    def ask(self, name: str, request: Any) -> tuple[str, Any]:
        with self._lock:
            process = self.start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                _send(request, process.stdin)
                kind, answer = pickle.load(process.stdout)
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                return "failure", f"{name}: {self._cause()}"
            except BaseException:
                self.end()  # its late answer would be taken for the answer to the next question
                raise
            return kind, answer

    def _cause(self) -> str:
        """Why the process ended. Raises: CourseError if the file that it read was not the cause."""
        assert self._process is not None
        status = self._process.wait()
        self.end()
        if status == -signal.SIGPROF:
            return (
                f"this file takes too long to read (more than {READ_S:g} seconds). "
                "Hand in only your own code, in short lines, with all outputs cleared."
            )
        if status == _TOO_LARGE:
            return "this file takes too much memory to read. Hand in only your own code, with all outputs cleared."
        if status in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT):
            return "Python crashes when it reads this file. Is there an expression in it that is nested very deeply?"
        raise CourseError(f"the process that reads files has ended (exit status {status})")

    def end(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.communicate()
                self._process = None

    def forget(self) -> None:
        """In a fork: the process is the parent's. It ends when the parent closes its pipes and nobody else has them."""
        self._lock = threading.RLock()
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
            self._others.append(self._process)  # kept, or Python would wait for it
            self._process = None


_reader = _Reader()
# A system without these timers has no sandbox, either, so only the user's own work is judged there.
_trusting = ContextVar("_trusting", default=not hasattr(signal, "setitimer"))
atexit.register(_reader.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reader.forget)


def _here() -> str | None:
    """The current folder, on which relative paths depend; None if it is gone."""
    with contextlib.suppress(OSError):
        return os.getcwd()
    return None


# ---- what crosses ---------------------------------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        """A release is sent as bytes. By these the other process recognizes it, with everything cached about it."""
        return _pickled(obj) if isinstance(obj, Release) else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        return _unpickled(pid)


@functools.lru_cache(2)
def _pickled(release: Release) -> bytes:
    return pickle.dumps(release)


@functools.lru_cache(2)
def _unpickled(data: bytes) -> Any:
    return pickle.loads(data)


def _send(message: Any, pipe: IO[bytes]) -> None:
    data = io.BytesIO()
    _Pickler(data).dump(message)
    pipe.write(data.getbuffer())
    pipe.flush()


# ---- the process itself ---------------------------------------------------------------------------------------------


def serve(read_s: float) -> None:
    """Answer requests until there are no more, each within a limit of CPU time."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    warnings.simplefilter("ignore")  # the parser warns about the file
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
    _limit_memory()
    while True:
        try:
            folder, call = _Unpickler(requests).load()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, read_s)
        try:
            with contextlib.suppress(OSError):
                os.chdir(folder or "/")
            answer = "value", call()
        except Failure as failure:
            answer = "failure", failure.message
        except MemoryError:
            os._exit(_TOO_LARGE)
        except Exception as error:
            answer = "fault", f"{type(error).__name__}: {error}"
        _send(answer, answers)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit_memory() -> None:
    import resource

    from autograder.sandbox.child.confine import mapped_bytes

    limit = mapped_bytes() + _MEMORY_BYTES
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
