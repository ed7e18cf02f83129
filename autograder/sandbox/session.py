"""The grader's side of one submission: loading it, forks of it for its checks, requests and replies."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.course import Limits
from autograder.errors import CourseError, Crashed, Failure, SandboxLost, Timeout
from autograder.sandbox.child.wire import DeadlinePassed, WireError, encode, receive, send
from autograder.sandbox.exchange import Exchange, message_of, signal_name

if TYPE_CHECKING:
    from autograder.sandbox.host import Sandbox

_START_S = 120.0  # for the template's imports, on a cold disk
_GRACE_S = 2.0
_WARDEN_PATIENCE_S = 0.15  # it looks every 0.05 s
_WARDEN_REPORT_S = 5.0
_MAX_LOAD_ATTEMPTS = 3
_MOST_GROWTH_BYTES = 2 << 30
_MOST_ENDING = 50  # words of the loader that a socket holds unread; far more would stop it
_MIB = 1 << 20

Cell = tuple[str, str, str, int]  # label, kind, source, first line


@dataclass(frozen=True)
class Problem:
    """A cell that raised while the submission was loaded."""

    types: tuple[str, ...]
    message: str
    label: str
    line: int


class Session:
    """One submission in the sandbox: loaded once, forked for its checks. Use as a context manager.

    forbidden: by exercise, library names that may not be called in it. names: what the submission defined. problems:
    the cells that raised. output: the beginning of what it printed, complete once the session has stopped. ending:
    checks that were told to end and whose end is not confirmed yet. stuck: (cell's label, function) where checks have
    lost all of their time.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        cells: Sequence[Cell],
        limits: Limits,
        forbidden: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._forbidden = {exercise: list(names) for exercise, names in (forbidden or {}).items()}
        self._cells = list(cells)
        self.limits = limits
        self.names: frozenset[str] = frozenset()
        self.problems: list[Problem] = []
        self.output = ""
        self.ending = 0
        self.stuck: set[tuple[str, str]] = set()
        self._waits = False  # a shared process, for another check
        self._sealed = False
        self._skipped: list[Problem] = []
        self._load_failure: Failure | None = None
        self._sockets: tuple[socket.socket, socket.socket] | None = None
        self._remaining_s = limits.submission_s

    @contextlib.contextmanager
    def check(
        self, timeout_s: float, seed: int = 0, exercise: str = "", *, shared: bool = False, look_s: float = 0.0
    ) -> Iterator[Exchange]:
        """A fork of the loaded submission, for one check of this exercise.

        timeout_s: seconds that the student's code may take in it altogether; the grader's own time is not counted.
        shared: the fork may have served another shared check before (`Exchange.reused`), and may serve the next.
        look_s: seconds of computing after which the code says where it is (0 for never). A shared check ends with that
        where another has lost its whole time in the same function.
        While it is open, this process gets a MemoryError beyond 2 GiB more than it has.
        Raises: Failure if the submission cannot be loaded; CourseError if the sandbox cannot start.
        """
        self.load()
        if self._remaining_s <= 0:
            raise self._used_up()
        if not shared:
            self._end_waiting()
        assert self._sockets is not None
        opening, left_s = encode(["check", seed, exercise, look_s]), min(timeout_s, self._remaining_s)
        exchange = Exchange(
            self, self._sockets[1], left_s, timeout_s, opening, reused=self._waits, hurried=shared, look_s=look_s
        )
        self._waits = False
        started_s = exchange.left_s
        try:
            with _at_most(self._most_mapped):
                yield exchange
        finally:
            self._remaining_s -= started_s - exchange.left_s
            if self._sockets is not None and not exchange.ended:
                self._waits = True
                if not shared or exchange.interrupted:
                    self._end_waiting()

    def _end_waiting(self) -> None:
        """End the process that waits for another check, if there is one."""
        if not self._waits or self._sockets is None:
            return
        self._waits = False
        # The loader's word that the process has ended is read with the next reply: meanwhile it forks the next one.
        try:
            send(self._sockets[1], encode(["end"]), time.monotonic() + _GRACE_S)
            self.ending += 1
        except WireError:
            self.stop()
        if self.ending > _MOST_ENDING:
            self._await_end()

    @functools.cached_property
    def _most_mapped(self) -> int | None:
        """The address space that this process may have while it serves the submission, in bytes."""
        from autograder.sandbox.child.confine import mapped_bytes  # not on Windows

        mapped = 0 if self._sandbox.gpu else mapped_bytes()  # CUDA maps terabytes
        return mapped + _MOST_GROWTH_BYTES if mapped else None

    def _used_up(self) -> Timeout:
        return Timeout(f"not run: the submission has used up its {self.limits.submission_s:g} seconds")

    def load(self) -> None:
        """Load the submission unless it is loaded. A cell that hangs or crashes is left out and recorded.

        Raises: Failure if that does not help.
        """
        if self._load_failure is not None:
            raise self._load_failure
        for _ in range(_MAX_LOAD_ATTEMPTS):
            if self._sockets is not None:
                return
            if self._remaining_s <= 0:  # a submission that ends in each check is loaded for each
                raise self._used_up()
            failed = self._try_to_load()
            if failed is None:
                return
            index, failure = failed
            if index is None or len(self._cells) == 1:
                self._load_failure = failure
                raise failure
            label, _, _, first_line = self._cells.pop(index)
            kind = "TimeoutError" if isinstance(failure, Timeout) else "ChildProcessError"
            self._skipped.append(Problem((kind,), str(failure), label, first_line))
        self._load_failure = failure
        raise failure

    def _try_to_load(self) -> tuple[int | None, Failure] | None:
        """None if the submission is loaded, else the index of the cell that ended it, if known, and the failure."""
        limits = self.limits
        settings = {
            "tmp_mib": limits.tmp_mib,
            "memory_mib": limits.memory_mib,
            "cpu_s": int(limits.submission_s) + 1,
            "processes": limits.processes,
            "output_kib": 0 if self._sealed else limits.output_kib,
            "output_limit_mib": limits.output_limit_mib,
            "reply_mib": limits.reply_mib,
            "forbidden": self._forbidden,
            "cwd": "/tmp" if os.path.isdir("/tmp") else os.getcwd(),
        }
        sock = self._spawn(settings)
        index: int | None = None
        started_s = time.monotonic()
        deadline = started_s + limits.load_s
        try:
            send(sock, encode([list(cell) for cell in self._cells]), deadline)
            while True:
                match message_of(receive(sock, deadline, limits.reply_mib * _MIB)):
                    case ["cell", int(number)] if 0 <= number < len(self._cells):
                        index = number
                    case message:
                        names, problems = _loaded(message)
                        self.names, self.problems = names, self._skipped + problems
                        return None
        except DeadlinePassed:
            self.stop()
            return index, Timeout(f"loading did not end within {limits.load_s:g} s; is there a loop without end?")
        except WireError as error:
            return index, self.failure_of_end(f"loading ended unexpectedly ({error})")
        finally:
            self._remaining_s -= time.monotonic() - started_s

    def _spawn(self, settings: dict[str, Any]) -> socket.socket:
        """The socket to a loader whose walls stand. Nothing of the submission has run yet: a fault here is ours.

        Once more if that fails: a template that has died (the machine's memory ran out, say) is replaced.
        """
        try:
            return self._try_to_spawn(settings)
        except CourseError:
            return self._try_to_spawn(settings)

    def _try_to_spawn(self, settings: dict[str, Any]) -> socket.socket:
        self._sockets = self._sandbox.spawn(settings)
        sock = self._sockets[1]
        try:
            receive(sock, time.monotonic() + _START_S, self.limits.reply_mib * _MIB)
        except WireError as error:
            reason = self.stop(patience_s=_WARDEN_PATIENCE_S)
            cause = self._sandbox.bury() or self.output.strip().rpartition("\n")[2] or reason or str(error)
            raise CourseError(f"the {self._sandbox.isolation} sandbox does not start: {cause}") from None
        return sock

    def failure_of_end(self, otherwise: str) -> Failure:
        """Stop, and say what ended the submission's processes.

        Raises: SandboxLost if its warden is gone too, which it cannot reach: then something ended the sandbox.
        """
        reason = self.stop(patience_s=_WARDEN_PATIENCE_S)
        if reason == "lost":
            raise SandboxLost("the sandbox was ended from outside while it ran this submission; grade it again")
        if reason == "memory":
            return Crashed(f"stopped: it used more than {self.limits.memory_mib} MiB of memory")
        if reason == "output":
            return Crashed(f"stopped: it printed more than {self.limits.output_limit_mib} MiB")
        kind, _, status = reason.partition(":")
        if kind == "ended" and status.startswith("-"):
            return Crashed(f"the process was ended by {signal_name(-int(status))}")
        return Crashed(otherwise)

    def _await_end(self) -> None:
        """Wait until the last check's process has ended, and so has printed all that it had to print."""
        self._end_waiting()
        deadline = time.monotonic() + _GRACE_S
        with contextlib.suppress(WireError):
            while self.ending and self._sockets is not None:
                message = message_of(receive(self._sockets[1], deadline, self.limits.reply_mib * _MIB))
                self.ending -= message[0] == "ended"
        self.ending = 0

    def seal_output(self) -> None:
        """Keep what the submission has printed so far; what it prints from now on is limited still, but not kept.

        Output goes to the student, and hidden inputs must not: it is sealed before the first hidden check.
        """
        if self._sealed:
            return
        self._sealed = True
        self._await_end()
        if self._sockets is None:
            return
        try:
            self._sockets[0].sendall(b"seal\n")
            sealed = self._report_of(self._sockets[0], b"") == "sealed"
        except OSError:
            sealed = False
        if not sealed:
            self.stop()  # it has ended meanwhile, and its warden said why: the next check loads it again

    def stop(self, *, patience_s: float = 0.0) -> str:
        """End all of the submission's processes, collect the output; the warden's reason. Idempotent.

        patience_s: how long to let a warden that has seen a limit passed say so, before it is told to stop.
        """
        if not self._sealed:
            self._await_end()
        if self._sockets is None:
            return "stopped"
        warden, session = self._sockets
        self._sockets, self._waits, self.ending = None, False, 0
        with warden, session:  # the loader ends when `session` is closed: not before the warden was asked
            data = b""
            try:
                if patience_s:
                    warden.settimeout(patience_s)
                    with contextlib.suppress(TimeoutError):
                        data = warden.recv(1 << 16)
                if not data:
                    with contextlib.suppress(BrokenPipeError):  # it has reported and gone
                        warden.sendall(b"stop\n")
                return self._report_of(warden, data)
            except TimeoutError:  # it is there, and busy with what the submission does
                return "late"
            except OSError:
                return "lost"

    def _report_of(self, warden: socket.socket, data: bytes) -> str:
        warden.settimeout(_WARDEN_REPORT_S)
        limit = self.limits.output_kib * 1024 * 8
        while not data.endswith(b"\n") and len(data) < limit:
            chunk = warden.recv(1 << 16)
            if not chunk:
                break
            data += chunk
        try:
            report = json.loads(data)
        except ValueError:
            return "lost"
        if "fault" in report:
            return f"fault:{report['fault']}"
        room = self.limits.output_kib * 1024 - len(self.output)
        self.output += report["output"][: max(0, room)]
        return str(report["reason"])

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextlib.contextmanager
def _at_most(address_space: int | None) -> Iterator[None]:
    """This process gets a MemoryError beyond so many bytes of address space; None: as many as it may have anyway.

    What a check does with a reply, or a callback with what it is given, may grow without a bound of its own.
    """
    if address_space is None:
        yield
        return
    import resource  # not on Windows, where no sandbox starts

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    bounds = [address_space, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _loaded(message: list[Any]) -> tuple[frozenset[str], list[Problem]]:
    """What a submission says that it defined, and the cells that raised. Raises WireError if it says anything else."""
    match message:
        case ["loaded", list(names), list(problems)]:
            return frozenset(name for name in names if isinstance(name, str)), list(map(_problem, problems))
    raise WireError(f"an unexpected message {message[0][:20]!r}")


def _problem(item: Any) -> Problem:
    match item:
        case [[str(), *_] as types, str(message), str(label), int(line)]:
            return Problem(tuple(str(name)[:100] for name in types[:20]), message[:2000], label[:100], line)
    raise WireError("a malformed problem")
