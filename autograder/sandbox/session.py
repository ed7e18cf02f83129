"""The grader's side: a warm template, and sessions that judge one submission each."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course import Limits
from autograder.errors import CourseError, Crashed, Failure, Timeout
from autograder.sandbox import backends, seccomp
from autograder.sandbox.child.wire import (
    DeadlinePassed,
    Disconnected,
    Frame,
    Reference,
    WireError,
    decode,
    encode,
    receive,
    send,
)

_START_S = 120.0  # for the template's imports, on a cold disk
_GRACE_S = 2.0
_WARDEN_PATIENCE_S = 0.15  # it looks every 0.05 s
_WARDEN_REPORT_S = 5.0
_MAX_LOAD_ATTEMPTS = 3
_MIB = 1 << 20

Cell = tuple[str, str, str, int]  # label, kind, source, first line


@dataclass(frozen=True)
class Problem:
    """A cell that raised while the submission was loaded."""

    types: tuple[str, ...]
    message: str
    label: str
    line: int


class Sandbox:
    """One warm template process, which serves one submission after another. Use as a context manager.

    isolation: "bubblewrap" or "process". preload: modules imported before any submission, e.g. ("numpy",).
    Raises: CourseError if it cannot start here.
    """

    def __init__(self, isolation: str, preload: Sequence[str] = ("numpy",)) -> None:
        self.isolation = isolation
        self._preload = tuple(preload)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._start()

    def _start(self) -> None:
        kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
        self._control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        try:
            command, environment = backends.command(self.isolation, theirs.fileno(), self._preload)
            self._process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except BaseException:
            self.close()
            raise
        finally:
            theirs.close()

    def preload(self, modules: Sequence[str]) -> None:
        """Have the template import these modules; it is started anew unless it was started with them."""
        if tuple(modules) != self._preload:
            self.close()
            self._preload = tuple(modules)
            self._start()

    def open(self, cells: Sequence[Cell], limits: Limits) -> Session:
        """A session for one submission; its code is loaded at the first check."""
        return Session(self, cells, limits)

    def spawn(self, settings: dict[str, Any]) -> tuple[socket.socket, socket.socket]:
        """Have the template start one submission; (socket to the warden, socket to the loader).

        Raises: CourseError if the template cannot be asked; the next call starts another one.
        """
        if self._control is None:
            self._start()
        assert self._control is not None
        if self.isolation == backends.BUBBLEWRAP:
            settings = settings | {"namespaces": True, "seccomp": seccomp.program().hex()}
        else:
            settings = settings | {"namespaces": False, "seccomp": ""}
        warden, their_warden = socket.socketpair()
        session, their_session = socket.socketpair()
        with their_warden, their_session:
            try:
                fds = [their_warden.fileno(), their_session.fileno()]
                socket.send_fds(self._control, [json.dumps(settings).encode()], fds)
            except OSError as error:
                warden.close()
                session.close()
                raise CourseError(f"the {self.isolation} sandbox does not start: {self.bury() or error}") from error
        return warden, session

    def bury(self) -> str:
        """Close a template that has ended, so that the next submission gets another one; the last line it printed.

        Empty while it runs.
        """
        if self._process is None or self._process.stderr is None:
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_WARDEN_PATIENCE_S)
        status = self._process.returncode
        if status is None:
            return ""
        pipe = self._process.stderr.fileno()
        os.set_blocking(pipe, False)  # another submission's warden may still hold its other end
        try:
            said = os.read(pipe, 1 << 16).decode("utf-8", "replace").strip()
        except BlockingIOError:
            said = ""
        self.close()
        return said.splitlines()[-1] if said else f"exit status {status}"

    def close(self) -> None:
        """End the template; under bubblewrap also the submissions that it started. Idempotent."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Session:
    """One submission in the sandbox: loaded once, one forked process per check. Use as a context manager.

    names: what the submission defined. problems: the cells that raised. output: the beginning of what it printed.
    """

    def __init__(self, sandbox: Sandbox, cells: Sequence[Cell], limits: Limits) -> None:
        self._sandbox = sandbox
        self._cells = list(cells)
        self.limits = limits
        self.names: frozenset[str] = frozenset()
        self.problems: list[Problem] = []
        self.output = ""
        self._skipped: list[Problem] = []
        self._load_failure: Failure | None = None
        self._sockets: tuple[socket.socket, socket.socket] | None = None
        self._remaining_s = limits.submission_s

    @contextlib.contextmanager
    def check(self, timeout_s: float, seed: int = 0) -> Iterator[Exchange]:
        """A fresh fork of the loaded submission, for one check.

        timeout_s: seconds that the student's code may take in it altogether; the grader's own time is not counted.
        Raises: Failure if the submission cannot be loaded; CourseError if the sandbox cannot start.
        """
        self.load()
        if self._remaining_s <= 0:
            raise Timeout(f"not run: the submission has used up its {self.limits.submission_s:g} seconds")
        assert self._sockets is not None
        exchange = Exchange(self, self._sockets[1], min(timeout_s, self._remaining_s), timeout_s)
        started_s = exchange.left_s
        try:
            try:
                send(self._sockets[1], encode(["check", seed]), time.monotonic() + _GRACE_S)
            except WireError:
                raise self.failure_of_end("the process that holds the submission is gone") from None
            yield exchange
        finally:
            self._remaining_s -= started_s - exchange.left_s
            if self._sockets is not None and not exchange.ended:
                self._end_check(self._sockets[1])

    def _end_check(self, sock: socket.socket) -> None:
        deadline = time.monotonic() + _GRACE_S
        try:
            send(sock, encode(["end"]), deadline)
            while True:
                if _message(receive(sock, deadline, self.limits.reply_mib * _MIB))[0] == "ended":
                    return
        except WireError:
            self.stop()

    def load(self) -> None:
        """Load the submission unless it is loaded. A cell that hangs or crashes is left out and recorded.

        Raises: Failure if that does not help.
        """
        if self._load_failure is not None:
            raise self._load_failure
        for _ in range(_MAX_LOAD_ATTEMPTS):
            if self._sockets is not None:
                return
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
            "output_kib": limits.output_kib,
            "output_limit_mib": limits.output_limit_mib,
            "reply_mib": limits.reply_mib,
            "cwd": "/tmp" if os.path.isdir("/tmp") else os.getcwd(),
        }
        sock = self._spawn(settings)
        index: int | None = None
        started_s = time.monotonic()
        deadline = started_s + limits.load_s
        try:
            send(sock, encode([list(cell) for cell in self._cells]), deadline)
            while True:
                message = _message(receive(sock, deadline, limits.reply_mib * _MIB))
                if message[0] == "cell" and isinstance(message[1], int) and 0 <= message[1] < len(self._cells):
                    index = message[1]
                else:
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
        """Stop, and say what ended the submission's processes."""
        reason = self.stop(patience_s=_WARDEN_PATIENCE_S)
        if reason == "memory":
            return Crashed(f"stopped: it used more than {self.limits.memory_mib} MiB of memory")
        if reason == "output":
            return Crashed(f"stopped: it printed more than {self.limits.output_limit_mib} MiB")
        kind, _, status = reason.partition(":")
        if kind == "ended" and status.startswith("-"):
            return Crashed(f"the process was ended by {_signal_name(-int(status))}")
        return Crashed(otherwise)

    def stop(self, *, patience_s: float = 0.0) -> str:
        """End all of the submission's processes, collect the output; the warden's reason. Idempotent.

        patience_s: how long to let a warden that has seen a limit passed say so, before it is told to stop.
        """
        if self._sockets is None:
            return "stopped"
        warden, session = self._sockets
        self._sockets = None
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


class Exchange:
    """Requests to one check's process, and its replies.

    left_s: seconds that the student's code may still take. What we do for it meanwhile (unpacking what it sends,
    evaluating its callbacks) has as long again: it is our time, but the student's code says how often.
    """

    def __init__(self, session: Session, sock: socket.socket, left_s: float, timeout_s: float) -> None:
        self._session = session
        self._sock = sock
        self.left_s = left_s
        self._our_left_s = left_s
        self._timeout_s = timeout_s
        self.ended = False

    def __call__(
        self, request: Frame, resolve: Callable[[Reference], Any], answer: Callable[[list[Any]], Frame]
    ) -> tuple[Frame, list[Any]]:
        """Send one request; its reply, as a frame and decoded.

        resolve: what a Reference in the reply becomes. answer: evaluates a callback that the student's code makes.
        Raises: Timeout, Crashed.
        """
        if self.ended:
            raise Crashed("not run: the process of this check has ended")
        max_bytes = self._session.limits.reply_mib * _MIB
        try:
            self._timed(functools.partial(send, self._sock, request))
            while True:
                reply = self._timed(lambda deadline: receive(self._sock, deadline, max_bytes))
                before_s = time.monotonic() + self.left_s + self._our_left_s
                message = _message(reply, resolve)
                if message[0] == "callback":
                    answered = answer(message)  # may call the student's code again, whose time is counted already
                    self._our_left_s -= time.monotonic() + self.left_s + self._our_left_s - before_s
                    if self._our_left_s < 0:
                        raise DeadlinePassed("too many callbacks")
                    self._timed(functools.partial(send, self._sock, answered))
                elif message[0] == "ended":
                    self.ended = True
                    raise Crashed(_how_it_ended(message))
                else:
                    return reply, message
        except DeadlinePassed:
            self.ended = True
            self._session.stop()
            raise Timeout(f"no answer within {self._timeout_s:g} s; is there a loop without end?") from None
        except Disconnected:
            self.ended = True
            raise self._session.failure_of_end("the process ended without an answer") from None
        except WireError as error:
            self.ended = True
            self._session.stop()
            raise Crashed(f"the process sent {error}") from None

    def _timed(self, action: Callable[[float], Any]) -> Any:
        start = time.monotonic()
        try:
            return action(start + self.left_s)
        finally:
            self.left_s -= time.monotonic() - start


def _message(frame: Frame, resolve: Callable[[Reference], Any] | None = None) -> list[Any]:
    """A frame from the untrusted side as [kind, ...]. Raises WireError if it is anything else."""
    message = decode(frame, resolve)
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise WireError("a malformed message")
    return message


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


def _how_it_ended(message: list[Any]) -> str:
    status = message[1] if len(message) > 1 and isinstance(message[1], int) else 0
    if status < 0:
        return f"the process was ended by {_signal_name(-status)}"
    return f"the process exited (status {status}) instead of returning"


def _signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
