"""The grader's ends of one loaded submission's two sockets: to its supervisor, and to its own processes.

Protects against: replies larger than the limit; messages that are not expected (see `child.protocol`); late messages
of an earlier check's process, which could be taken for the current one's; an end without a known reason.
Does not protect against: a submission that sends many well-formed messages. The reader limits what these may cost: an
`Exchange` during a check, a `Session` while loading.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

from autograder.course.settings import Limits
from autograder.errors import Crashed, Failure, SandboxLost
from autograder.sandbox.child import protocol
from autograder.sandbox.child.channel import receive, send
from autograder.sandbox.child.wire import Frame, Reference, WireError, decode, encode

PATIENCE_S = 0.15  # the supervisor checks every 0.05 s
_REPORT_S = 5.0
_GRACE_S = 2.0
_AT_WORK_S = 0.2  # for a computing process to notice END and exit, and for the loader to confirm it
_MOST_UNCONFIRMED = 50  # ENDED messages left unread in the socket; far more would block the loader
_MIB = 1 << 20
_LOST, _LATE, _FAULT = "lost", "late", "fault:"


class Connection:
    """One loaded submission, until it is stopped.

    limits: of the submission. sealed: its output is not kept.
    output: the beginning of what it printed; complete once it is stopped or sealed.
    After a check's process was told to end, its messages are stale until the loader confirms its end.
    """

    def __init__(
        self, supervisor: socket.socket, processes: socket.socket, limits: Limits, *, sealed: bool = False
    ) -> None:
        self._sockets: tuple[socket.socket, socket.socket] | None = (supervisor, processes)
        self._processes = processes
        self._sealed = sealed
        self.limits = limits
        self.output = ""
        self._max_bytes = limits.reply_mib * _MIB
        self._opening = b""
        self._idle = False  # whether a process that has served a check waits for another one
        self._unconfirmed = 0  # processes that were told to end, but whose end is not confirmed yet

    @property
    def closed(self) -> bool:
        return self._sockets is None

    # ---- frames

    def send(self, frame: Frame, deadline: float) -> None:
        """Raises: DeadlinePassed, Disconnected."""
        send(self._processes, frame, deadline, first=self._opening)
        self._opening = b""

    def receive(self, deadline: float) -> Frame:
        """Raises: DeadlinePassed, Disconnected, WireError if the frame is larger than a reply may be."""
        return receive(self._processes, deadline, self._max_bytes)

    def read(
        self, frame: Frame, expected: protocol.Accepted, resolve: Callable[[Reference], Any] | None = None
    ) -> list[Any] | None:
        """The message in a received frame; None if it is stale. Raises: WireError if it is malformed."""
        message = message_of(frame, expected, resolve)
        if not self._unconfirmed:
            return message
        self._unconfirmed -= message[0] == protocol.ENDED
        return None

    # ---- the process that serves checks

    def begin(self, check: Frame) -> bool:
        """Begin a check. Its process is told with the first request. Returns whether it has served another check."""
        self._opening = check.to_bytes()  # not sent alone: waking a process takes as long as serving a request
        reused, self._idle = self._idle, False
        return reused

    def finish(self, *, keep: bool) -> None:
        """The check is over. keep: its process may serve another one."""
        self._idle = not self.closed
        if not keep:
            self.end_idle()

    def end_idle(self) -> None:
        """End the process that waits for another check, if there is one."""
        if not self._idle:
            return
        self._idle = False
        # The loader's ENDED is read together with the next reply; meanwhile the loader forks the next process.
        try:
            send(self._processes, encode([protocol.END]), time.monotonic() + _GRACE_S)
            self._unconfirmed += 1
        except WireError:
            self.stop()
        if self._unconfirmed > _MOST_UNCONFIRMED:
            self._await_ends()

    def end_at_work(self) -> None:
        """End a check's process that is computing and has just said where; if it does not comply, end all processes.

        The submission stays loaded: loading it again would take as long as detecting an endless loop.
        """
        deadline = time.monotonic() + _AT_WORK_S
        try:
            send(self._processes, encode([protocol.END]), deadline)
            self._unconfirmed += 1
            while self._unconfirmed:
                self.read(self.receive(deadline), protocol.WHILE_CHECKING)
        except WireError:
            self._unconfirmed = 0  # or stop() would wait for it once more
            self.stop()

    def _await_ends(self) -> None:
        """Wait until all processes that were told to end have ended, so that all their output is printed."""
        deadline = time.monotonic() + _GRACE_S
        with contextlib.suppress(WireError):
            while self._unconfirmed and not self.closed:
                self.read(self.receive(deadline), protocol.WHILE_CHECKING)
        self._unconfirmed = 0

    # ---- the supervisor

    def seal(self) -> None:
        """Keep none of its output from now on. If the supervisor does not confirm this, stop the submission.

        An idle process goes on: it has printed its output before its last reply.
        """
        self._sealed = True
        self._await_ends()
        if self._sockets is None:
            return
        supervisor, _ = self._sockets
        try:
            supervisor.sendall(protocol.command(protocol.SEAL))
            sealed = self._report_of(supervisor, b"") == protocol.SEALED
        except OSError:
            sealed = False
        if not sealed:
            self.stop()  # it has ended, and its supervisor has said why; the next check loads it again

    def stop(self, *, patience_s: float = 0.0) -> str:
        """End all of the submission's processes and collect the output. Returns the supervisor's reason. Idempotent.

        patience_s: how long to wait for a supervisor that has found a limit exceeded, before it is told to stop.
        """
        if not self._sealed:
            self.end_idle()
            self._await_ends()
        if self._sockets is None:
            return protocol.STOPPED
        supervisor, processes = self._sockets
        self._sockets, self._idle, self._unconfirmed = None, False, 0
        with supervisor, processes:  # closing its socket ends the loader, so the supervisor must be asked before
            data = b""
            try:
                if patience_s:
                    supervisor.settimeout(patience_s)
                    with contextlib.suppress(TimeoutError):
                        data = supervisor.recv(1 << 16)
                if not data:
                    with contextlib.suppress(BrokenPipeError):  # it has reported and exited
                        supervisor.sendall(protocol.command(protocol.STOP))
                return self._report_of(supervisor, data)
            except TimeoutError:  # it is alive, but busy with what the submission does
                return _LATE
            except OSError:
                return _LOST

    def failure_of_end(self, otherwise: str) -> Failure:
        """Stop, and return what ended the submission's processes.

        Raises: SandboxLost if the supervisor is gone, too. The submission cannot reach it, so something else ended it.
        """
        reason = self.stop(patience_s=PATIENCE_S)
        if reason == _LOST:
            raise SandboxLost("the sandbox was ended from outside while it ran this submission; grade it again")
        if reason == protocol.TOO_MUCH_MEMORY:
            return Crashed(f"stopped: it used more than {self.limits.memory_mib} MiB of memory")
        if reason == protocol.TOO_MUCH_OUTPUT:
            return Crashed(f"stopped: it printed more than {self.limits.output_limit_mib} MiB")
        if reason.startswith(protocol.ENDED_BY_ITSELF):
            status = int(reason.removeprefix(protocol.ENDED_BY_ITSELF))
            return Crashed(f"the process was ended by {signal_name(-status)}" if status < 0 else otherwise)
        return Crashed(otherwise)

    def _report_of(self, supervisor: socket.socket, line: bytes) -> str:
        """The supervisor's reason. line: the part of its report that was received already."""
        supervisor.settimeout(_REPORT_S)
        limit = self.limits.output_kib * 1024 * 8
        while not line.endswith(b"\n") and len(line) < limit:
            chunk = supervisor.recv(1 << 16)
            if not chunk:
                break
            line += chunk
        try:
            match protocol.stated(line):
                case [protocol.REPORT, reason, output]:
                    self.output += output
                    return reason
                case [_, fault]:
                    return _FAULT + fault
        except WireError:
            pass
        return _LOST


def message_of(
    frame: Frame, expected: protocol.Accepted, resolve: Callable[[Reference], Any] | None = None
) -> list[Any]:
    """A frame from the untrusted side as [kind, *fields]. Raises: WireError if it is not an expected message."""
    return protocol.checked(decode(frame, resolve), expected)


def signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
