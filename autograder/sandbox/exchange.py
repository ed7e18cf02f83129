"""The sandbox's transport: one check's requests to the student's process, and its replies.

Protects against: code that does not answer, exits, sends too much, or keeps the grader busy with callbacks or with
replies that are slow to read. Each of these ends the check with a reason, with which all its later requests fail, too.
Does not protect against: wrong values. A reply is only the student's claim, which the check judges.
"""

from __future__ import annotations

import copy
import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import AtWork, Crashed, SandboxLost, Timeout
from autograder.sandbox.child import protocol
from autograder.sandbox.child.channel import DeadlinePassed, Disconnected
from autograder.sandbox.child.wire import MAX_STRUCTURE_BYTES, Frame, WireError, encode, pack, unpack
from autograder.sandbox.connection import Connection, signal_name
from autograder.sandbox.transports import Answer, Resolve

_MIB = 1 << 20
_MOST_AT_WORK = 50

# A check may compute for _ROOM times the reference's usual time, and at least _LEAST_S; within one loop that may have
# no end, at least _LEAST_IN_LOOP_S. In the slowest correct solutions at hand, a check used a tenth of its time (drawing
# 20,000 numbers one by one), once a third (the first AlexNet), and elsewhere at most a 36th; a loop used a 180th.
_ROOM, _LEAST_S, _LEAST_IN_LOOP_S = 30.0, 2.0, 0.5
HOPELESS_S, _HOPELESS = 0.04, 0.1  # minimum, and fraction of a check's time, in code where another check timed out
_REPLIES = 4  # the replies to one check, in units of the largest allowed reply: the check may keep them all

Place = tuple[str, str]  # label of a cell, function in it


@dataclass(frozen=True)
class Look:
    """How to find out early that the student's code will not answer.

    every_s: seconds of computing after which its process reports where it is, repeatedly; 0 for never. These reports
    can only end its own check. usual_s: what the check usually takes, in seconds; None if unknown. endless: why code at
    these places can never end, or ""; its second argument: whether the innermost function returned to an earlier state.
    loop: the line of a loop that may have no end and that the code at this place entered once; 0 if there is none.
    """

    every_s: float = 0.0
    usual_s: Callable[[], float | None] = lambda: None
    endless: Callable[[Sequence[AtWork], bool], str] = lambda at_work, recurs: ""
    loop: Callable[[AtWork], int] = lambda at: 0


NEVER = Look()


@dataclass(frozen=True)
class Allowance:
    """The time of one check, in seconds.

    left_s: what the student's code may still take, by the clock. The grader's own work for it (decoding what it sends,
    evaluating its callbacks) may take as long again: it is the grader's time, but the student's code determines how
    often. timeout_s: what messages name, and the most that it may compute. hopeless: places where other checks timed
    out; a check that is at one of them ends sooner.
    """

    left_s: float
    timeout_s: float
    look: Look = NEVER
    hopeless: frozenset[Place] = frozenset()


class Exchange:
    """A `Transport` to one check's process. check: the CHECK message that begins it.

    left_s: see `Allowance`. reused: the process has served another check before. ended: it is gone.
    lost_in: the place where it timed out. at_work: where the code was at the last look.
    keeps: the code may keep something from one call to the next. Asked by an empty round: whether it has, since CHECKS.
    """

    def __init__(self, connection: Connection, check: Frame, allowance: Allowance) -> None:
        self._connection = connection
        self._allowance = allowance
        self.reused = connection.begin(check)
        self.left_s = self._our_left_s = allowance.left_s
        self._room_bytes = _REPLIES * connection.limits.reply_mib * _MIB
        self._open = 0  # requests without a reply
        self._looks = 0
        self.at_work: tuple[AtWork, ...] = ()
        self._loops: dict[tuple[Place, int], int] = {}  # for how many consecutive looks the code was in each
        self._end: Exception | None = None
        self.lost_in: frozenset[Place] = frozenset()
        self.keeps = False

    @property
    def ended(self) -> bool:
        return self._end is not None

    @property
    def interrupted(self) -> bool:
        """Whether the check was left in the middle of a callback, so that the process waits for its result."""
        return self._open > 0

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """See `Transport.request`. Raises: Timeout, Crashed, SandboxLost."""
        if self._end is not None:  # a check's cleanup code must not hide what ended the check
            raise copy.copy(self._end)
        self._open += 1
        try:
            reply, message = self._conversation(frame, resolve, answer)
        except DeadlinePassed:
            self.lost_in = frozenset(map(_place, self.at_work[:1]))
            said = f"no answer within {self._allowance.timeout_s:g} s; is there a loop without end?"
            raise self._stopped(said) from None
        except Disconnected:
            try:
                failure = self._connection.failure_of_end("the process ended without an answer")
            except SandboxLost as lost:
                raise self._ended_by(lost) from None
            raise self._ended_by(failure) from None
        except WireError as error:
            self._connection.stop()
            raise self._ended_by(Crashed(f"the process sent {error}")) from None
        self._open -= 1
        return reply, message

    def round(self, checks: Sequence[int], frames: Sequence[Frame], resolve: Resolve, answer: Answer) -> list[Frame]:
        """The replies to one request of each of these checks, given by their indices in CHECKS; see `keeps`.

        Raises the same as `request`.
        """
        asked = encode([protocol.ROUND, list(checks), np.frombuffer(pack(frames), np.uint8)])
        reply, message = self.request(asked, resolve, answer)
        try:
            replies, self.keeps = _replies_in(message, len(frames))
            self._make_room(sum(frame.weight for frame in replies) - reply.weight)
        except WireError as error:
            self._connection.stop()
            raise self._ended_by(Crashed(f"the process sent {error}")) from None
        return replies

    def _conversation(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """Send a request, and answer the process's callbacks meanwhile. Returns its reply."""
        self._send(frame)
        while True:
            received = self._received()
            message, result = self._read(received, resolve, answer)
            if message is None:
                continue
            if result is not None:
                self._send(result)
            elif message[0] == protocol.STUCK:
                start = time.monotonic()
                self._look_at(message[1], message[2])
                self._spend(time.monotonic() - start)
            elif message[0] == protocol.ENDED:
                if self.reused:  # it may have ended before this check; then the next process has begun the check
                    self._connection.stop()
                raise self._ended_by(Crashed(_how_it_ended(message[1])))
            else:
                return received, message

    def _send(self, frame: Frame) -> None:
        start = time.monotonic()
        try:
            self._connection.send(frame, start + self.left_s)
        finally:
            self.left_s -= time.monotonic() - start

    def _received(self) -> Frame:
        start = time.monotonic()
        try:
            frame = self._connection.receive(start + self.left_s)
        finally:
            self.left_s -= time.monotonic() - start
        self._make_room(frame.weight)
        return frame

    def _make_room(self, n_bytes: int) -> None:
        self._room_bytes -= n_bytes
        if self._room_bytes < 0:
            allowed_mib = _REPLIES * self._connection.limits.reply_mib
            raise WireError(f"replies of more than {allowed_mib} MiB to one check")

    def _read(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[list[Any] | None, Frame | None]:
        """The message, or None if it is stale; and the result if the message is a callback."""
        # A callback may call the student's code again; the time of that is counted already.
        before_s = time.monotonic() + self.left_s + self._our_left_s
        message = self._connection.read(frame, protocol.WHILE_CHECKING, resolve)
        result = answer(message) if message is not None and message[0] == protocol.CALLBACK else None
        self._spend(time.monotonic() + self.left_s + self._our_left_s - before_s)
        return message, result

    def _spend(self, our_s: float) -> None:
        self._our_left_s -= our_s
        if self._our_left_s < 0:
            raise DeadlinePassed("too many callbacks, or replies that take long to read")

    def _look_at(self, places: list[list[Any]], recurs: bool) -> None:
        """The student's code is at `places` after `every_s` more of computing. Raises: Timeout if there is no hope."""
        allowance, look = self._allowance, self._allowance.look
        if not look.every_s:
            raise WireError("a malformed message: nobody asked where it is")
        self._looks += 1
        self.at_work = tuple(map(_at_work, places[:_MOST_AT_WORK]))
        computed_s, looped_s = self._looks * look.every_s, self._looks_in_one_loop() * look.every_s
        innermost = frozenset(map(_place, self.at_work[:1]))
        if self.at_work and (why := look.endless(self.at_work, recurs)):
            self.lost_in = innermost
            raise self._given_up(f"stopped in a loop without end: {why}.")
        lost_before = not allowance.hopeless.isdisjoint(innermost)
        if computed_s < min(HOPELESS_S if lost_before else _LEAST_IN_LOOP_S, allowance.timeout_s):
            return  # before it needs `usual_s`: measuring the reference would take as long again
        hopeless_s, loop_s, room_s = self._rooms
        if lost_before and computed_s >= hopeless_s:
            said = f"stopped after {computed_s:.3g} s of computing in a function"
            raise self._given_up(f"{said} in which another check ran out of time.")
        for taken_s, within_s, where in ((computed_s, room_s, ""), (looped_s, loop_s, " in one loop")):
            if taken_s >= within_s:
                self.lost_in = innermost
                said = f"no answer within {within_s:.3g} s of computing{where}"
                raise self._given_up(f"{said}; is there a loop without end?")

    def _looks_in_one_loop(self) -> int:
        """For how many consecutive looks the code has been in a loop that it entered once."""
        before, self._loops = self._loops, {}
        for at in self.at_work:
            if line := self._allowance.look.loop(at):
                loop = _place(at), line
                looks = min(before.get(loop, 0) + 1, at.looks)  # or an earlier call of the function was in the loop
                self._loops[loop] = max(looks, self._loops.get(loop, 0))
        return max(self._loops.values(), default=0)

    @functools.cached_property
    def _rooms(self) -> tuple[float, float, float]:
        """Allowed seconds of computing: where another check timed out, in one loop, and elsewhere."""
        most_s, usual_s = self._allowance.timeout_s, self._allowance.look.usual_s()
        if usual_s is None:
            return _HOPELESS * most_s, most_s, most_s
        room_s = _ROOM * usual_s
        return room_s, min(max(room_s, _LEAST_IN_LOOP_S), most_s), min(max(room_s, _LEAST_S), most_s)

    def _stopped(self, said: str) -> Exception:
        self._connection.stop()
        return self._timed_out(said)

    def _given_up(self, said: str) -> Exception:
        """End a process that has just reported where it is, and now checks whether it should go on."""
        self._connection.end_at_work()
        return self._timed_out(said)

    def _timed_out(self, said: str) -> Exception:
        return self._ended_by(Timeout(said, self.at_work))

    def _ended_by(self, failure: Exception) -> Exception:
        """The failure, with which every later request fails, too."""
        self._end = copy.copy(failure)  # without a traceback, which would keep the replies
        return failure


def _replies_in(message: list[Any], count: int) -> tuple[list[Frame], bool]:
    """The replies, and `keeps`. Raises: WireError if this is no answer to a ROUND of `count` requests."""
    kind, frames, keeps = (*message, None, None)[:3]
    if kind != protocol.ANSWERED or not (isinstance(frames, np.ndarray) and frames.dtype == np.uint8):
        raise WireError("a malformed message: no answer to a round")
    replies = unpack(frames.tobytes(), count)  # it takes seconds to unpack a million empty frames
    if len(replies) != count:
        raise WireError("a malformed message: the wrong number of replies")
    if any(len(frame.structure) > MAX_STRUCTURE_BYTES for frame in replies):
        raise WireError(f"a reply with more than {MAX_STRUCTURE_BYTES >> 20} MiB of structure")
    return replies, keeps


def _at_work(place: list[Any]) -> AtWork:
    label, function, lines, steady, looks = place
    return AtWork(label[:100], function[:100], tuple(lines[:_MOST_AT_WORK]), tuple(steady[:_MOST_AT_WORK]), looks)


def _place(at: AtWork) -> Place:
    return at.label, at.function


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"the process was ended by {signal_name(-status)}"
    return f"the process exited (status {status}) instead of returning"
