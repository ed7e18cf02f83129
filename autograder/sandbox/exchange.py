"""One check's requests to the student's process, and its replies."""

from __future__ import annotations

import copy
import functools
import signal
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograder.errors import AtWork, Crashed, SandboxLost, Timeout
from autograder.sandbox.child.wire import (
    DeadlinePassed,
    Disconnected,
    Frame,
    Reference,
    WireError,
    decode,
    receive,
    send,
)

if TYPE_CHECKING:
    from autograder.sandbox.session import Session

_MIB = 1 << 20
_MOST_AT_WORK = 50
_REPLIES = 4  # of the largest size that a check may receive altogether: it may keep them all


class Exchange:
    """Requests to one check's process, and its replies.

    left_s: seconds that the student's code may still take. What we do for it meanwhile (unpacking what it sends,
    evaluating its callbacks) has as long again: it is our time, but the student's code says how often.
    look_s: seconds of computing after which the student's process says where it is, once. hurried: that ends the check
    if another one has lost all of its time there.
    reused: the process has served another check before. ended: it is gone.
    """

    def __init__(
        self,
        session: Session,
        sock: socket.socket,
        left_s: float,
        timeout_s: float,
        opening: Frame,
        *,
        reused: bool = False,
        hurried: bool = False,
        look_s: float = 0.0,
    ) -> None:
        self._session = session
        self._sock = sock
        self._first = opening.to_bytes()  # goes with the first request: to wake a process takes as long as to serve one
        self.left_s = left_s
        self._our_left_s = left_s
        self._timeout_s = timeout_s
        self._room_bytes = _REPLIES * session.limits.reply_mib * _MIB
        self._open = 0  # requests without a reply
        self.reused = reused
        self._hurried = hurried
        self._look_s = look_s
        self._at_work: tuple[AtWork, ...] | None = None
        self._end: Exception | None = None

    @property
    def ended(self) -> bool:
        return self._end is not None

    @property
    def interrupted(self) -> bool:
        """Whether the check was left in the middle of a callback, so that the process waits for its answer."""
        return self._open > 0

    def __call__(
        self, request: Frame, resolve: Callable[[Reference], Any], answer: Callable[[list[Any]], Frame]
    ) -> tuple[Frame, list[Any]]:
        """Send one request; its reply, as a frame and decoded.

        resolve: what a Reference in the reply becomes. answer: evaluates a callback that the student's code makes.
        Raises: Timeout, Crashed.
        """
        if self._end is not None:  # a check that puts things back at its end must not hide what has ended it
            raise copy.copy(self._end)
        self._open += 1
        max_bytes = self._session.limits.reply_mib * _MIB
        try:
            self._timed(functools.partial(send, self._sock, request, first=self._first))
            self._first = b""
            while True:
                reply = self._timed(lambda deadline: receive(self._sock, deadline, max_bytes))
                self._room_bytes -= reply.weight
                if self._room_bytes < 0:
                    raise WireError(f"replies of more than {_REPLIES * max_bytes >> 20} MiB to one check")
                before_s = time.monotonic() + self.left_s + self._our_left_s
                message = message_of(reply, resolve)
                stale = self._session.ending > 0  # from an earlier check's process, up to the word of its end
                self._session.ending -= stale and message[0] == "ended"
                # A callback may call the student's code again, whose time is counted already.
                answered = answer(message) if message[0] == "callback" and not stale else None
                self._our_left_s -= time.monotonic() + self.left_s + self._our_left_s - before_s
                if self._our_left_s < 0:
                    raise DeadlinePassed("too many callbacks, or replies that take long to read")
                if stale:
                    continue
                if message[0] == "stuck" and self._at_work is None:
                    self._at_work = _at_work(message)
                    if self._hurried and not self._session.stuck.isdisjoint(map(_place, self._at_work)):
                        self._session.stop()
                        said = f"stopped after {self._look_s:g} s of computing, where another check got no answer."
                        raise self._ended_by(Timeout(said, self._at_work))
                    continue
                if answered is not None:
                    self._timed(functools.partial(send, self._sock, answered))
                elif message[0] == "ended":
                    if self.reused:  # it may have ended before this check, which the next process then began
                        self._session.stop()
                    raise self._ended_by(Crashed(_how_it_ended(message)))
                else:
                    self._open -= 1
                    return reply, message
        except DeadlinePassed:
            self._session.stop()
            self._session.stuck.update(map(_place, self._at_work or ()))
            said = f"no answer within {self._timeout_s:g} s; is there a loop without end?"
            raise self._ended_by(Timeout(said, self._at_work or ())) from None
        except Disconnected:
            try:
                failure = self._session.failure_of_end("the process ended without an answer")
            except SandboxLost as lost:
                raise self._ended_by(lost) from None
            raise self._ended_by(failure) from None
        except WireError as error:
            self._session.stop()
            raise self._ended_by(Crashed(f"the process sent {error}")) from None

    def _ended_by(self, failure: Exception) -> Exception:
        """The failure, as which every later request fails too."""
        self._end = copy.copy(failure)  # without a traceback, which would keep the replies
        return failure

    def _timed(self, action: Callable[[float], Any]) -> Any:
        start = time.monotonic()
        try:
            return action(start + self.left_s)
        finally:
            self.left_s -= time.monotonic() - start


def message_of(frame: Frame, resolve: Callable[[Reference], Any] | None = None) -> list[Any]:
    """A frame from the untrusted side as [kind, ...]. Raises WireError if it is anything else."""
    message = decode(frame, resolve)
    if not isinstance(message, list) or not message or not isinstance(message[0], str):
        raise WireError("a malformed message")
    return message


def _at_work(message: list[Any]) -> tuple[AtWork, ...]:
    """Raises WireError if it does not say where code is."""
    match message:
        case ["stuck", list(found)]:
            return tuple(map(_one_at_work, found[:_MOST_AT_WORK]))
    raise WireError("a malformed message")


def _one_at_work(item: Any) -> AtWork:
    match item:
        case [str(label), str(function), [int(), *_] as lines] if all(type(line) is int for line in lines):
            return AtWork(label[:100], function[:100], tuple(lines[:_MOST_AT_WORK]))
    raise WireError("a malformed place")


def _place(at: AtWork) -> tuple[str, str]:
    return at.label, at.function


def _how_it_ended(message: list[Any]) -> str:
    status = message[1] if len(message) > 1 and isinstance(message[1], int) else 0
    if status < 0:
        return f"the process was ended by {signal_name(-status)}"
    return f"the process exited (status {status}) instead of returning"


def signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"
