"""The sandbox's transport: one check's requests to the student's process, and its replies.

Protects against: code that does not answer, ends, sends too much, or keeps the grader busy with callbacks and with
replies that take long to read. Each of these ends the check with a reason, and every later request of it fails alike.
Does not protect against: wrong values. What a reply says of itself is the student's word, which the check judges.
"""

from __future__ import annotations

import copy
import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import AtWork, Crashed, SandboxLost, Timeout
from autograder.sandbox.child import protocol
from autograder.sandbox.child.channel import DeadlinePassed, Disconnected
from autograder.sandbox.child.wire import Frame, WireError
from autograder.sandbox.connection import Connection, signal_name
from autograder.sandbox.transports import Answer, Resolve

_MIB = 1 << 20
_MOST_AT_WORK = 50

# Computing is waited for so many times as long as the reference usually takes, and never less than so long; within one
# loop that may have no end, never less than the third. Of correct work at hand, written as slowly as anybody does, a
# check has used a tenth of its room where 20,000 numbers are drawn one by one, a third once where AlexNet was made for
# the first time, and elsewhere a 36th at most; a loop has used a 180th.
_ROOM, _LEAST_S, _LEAST_IN_LOOP_S = 30.0, 2.0, 0.5
HOPELESS_S, _HOPELESS = 0.04, 0.1  # the least, and the part of a check's time, where another check got nowhere
_REPLIES = 4  # of the largest size that a check may receive altogether: it may keep them all

Place = tuple[str, str]  # label of a cell, function in it


@dataclass(frozen=True)
class Look:
    """How it is found out early that the student's code will not answer.

    every_s: seconds of computing after which its process says where it is, again and again; 0 for never. What it says
    can only end its own check. usual_s: what the check usually takes, in seconds; None if nobody knows. endless: why
    code that is at these places can never end, or ""; with whether the innermost came back to a state that it had.
    loop: the line of a loop that may have no end and that the code at this place has entered once; 0 if there is none.
    """

    every_s: float = 0.0
    usual_s: Callable[[], float | None] = lambda: None
    endless: Callable[[Sequence[AtWork], bool], str] = lambda at_work, recurs: ""
    loop: Callable[[AtWork], int] = lambda at: 0


NEVER = Look()


@dataclass(frozen=True)
class Allowance:
    """The time of one check, in seconds.

    left_s: on the clock, what the student's code may still take. What we do for it meanwhile (unpacking what it sends,
    evaluating its callbacks) has as long again: it is our time, but the student's code says how often.
    timeout_s: what messages name, and the most that it may compute. hopeless: where other checks have got nowhere; one
    that is there, too, ends sooner.
    """

    left_s: float
    timeout_s: float
    look: Look = NEVER
    hopeless: frozenset[Place] = frozenset()


class Exchange:
    """A `Transport` to one check's process. check: the CHECK message that begins it.

    left_s: see `Allowance`. reused: the process has served another check before. ended: it is gone.
    lost_in: where it was that it got nowhere.
    """

    def __init__(self, connection: Connection, check: Frame, allowance: Allowance) -> None:
        self._connection = connection
        self._allowance = allowance
        self.reused = connection.begin(check)
        self.left_s = self._our_left_s = allowance.left_s
        self._room_bytes = _REPLIES * connection.limits.reply_mib * _MIB
        self._open = 0  # requests without a reply
        self._looks = 0
        self._at_work: tuple[AtWork, ...] = ()
        self._loops: dict[tuple[Place, int], int] = {}  # in how many looks in a row the code was in each
        self._end: Exception | None = None
        self.lost_in: frozenset[Place] = frozenset()

    @property
    def ended(self) -> bool:
        return self._end is not None

    @property
    def interrupted(self) -> bool:
        """Whether the check was left in the middle of a callback, so that the process waits for its result."""
        return self._open > 0

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """See `Transport.request`. Raises: Timeout, Crashed, SandboxLost."""
        if self._end is not None:  # a check that puts things back at its end must not hide what has ended it
            raise copy.copy(self._end)
        self._open += 1
        try:
            reply, message = self._conversation(frame, resolve, answer)
        except DeadlinePassed:
            self.lost_in = frozenset(map(_place, self._at_work[:1]))
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

    def _conversation(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """Send a request, answer what the process asks meanwhile; its reply."""
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
                if self.reused:  # it may have ended before this check, which the next process then began
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
        self._room_bytes -= frame.weight
        if self._room_bytes < 0:
            allowed_mib = _REPLIES * self._connection.limits.reply_mib
            raise WireError(f"replies of more than {allowed_mib} MiB to one check")
        return frame

    def _read(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[list[Any] | None, Frame | None]:
        """The message, unless it is stale, and where it is a callback its result."""
        # A callback may call the student's code again, whose time is counted already.
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
        """Where the student's code is, after `every_s` more of computing. Raises: Timeout where there is no hope."""
        allowance, look = self._allowance, self._allowance.look
        if not look.every_s:
            raise WireError("a malformed message: nobody asked where it is")
        self._looks += 1
        self._at_work = tuple(map(_at_work, places[:_MOST_AT_WORK]))
        computed_s, looped_s = self._looks * look.every_s, self._looks_in_one_loop() * look.every_s
        innermost = frozenset(map(_place, self._at_work[:1]))
        if self._at_work and (why := look.endless(self._at_work, recurs)):
            self.lost_in = innermost
            raise self._given_up(f"stopped in a loop without end: {why}.")
        lost_before = not allowance.hopeless.isdisjoint(innermost)
        if computed_s < min(HOPELESS_S if lost_before else _LEAST_IN_LOOP_S, allowance.timeout_s):
            return  # or the reference, which is asked how long it takes, would take as long again
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
        """In how many looks in a row the code has been in a loop that it entered once."""
        before, self._loops = self._loops, {}
        for at in self._at_work:
            if line := self._allowance.look.loop(at):
                loop = _place(at), line
                looks = min(before.get(loop, 0) + 1, at.looks)  # or it was in another call's
                self._loops[loop] = max(looks, self._loops.get(loop, 0))
        return max(self._loops.values(), default=0)

    @functools.cached_property
    def _rooms(self) -> tuple[float, float, float]:
        """Seconds of computing that are waited for: where another check has got nowhere, in one loop, and elsewhere."""
        most_s, usual_s = self._allowance.timeout_s, self._allowance.look.usual_s()
        if usual_s is None:
            return _HOPELESS * most_s, most_s, most_s
        room_s = _ROOM * usual_s
        return room_s, min(max(room_s, _LEAST_IN_LOOP_S), most_s), min(max(room_s, _LEAST_S), most_s)

    def _stopped(self, said: str) -> Exception:
        self._connection.stop()
        return self._timed_out(said)

    def _given_up(self, said: str) -> Exception:
        """Its process has just said where it is, and looks whether it shall go on."""
        self._connection.end_at_work()
        return self._timed_out(said)

    def _timed_out(self, said: str) -> Exception:
        return self._ended_by(Timeout(said, self._at_work))

    def _ended_by(self, failure: Exception) -> Exception:
        """The failure, as which every later request fails too."""
        self._end = copy.copy(failure)  # without a traceback, which would keep the replies
        return failure


def _at_work(place: list[Any]) -> AtWork:
    label, function, lines, steady, looks = place
    return AtWork(label[:100], function[:100], tuple(lines[:_MOST_AT_WORK]), tuple(steady[:_MOST_AT_WORK]), looks)


def _place(at: AtWork) -> Place:
    return at.label, at.function


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"the process was ended by {signal_name(-status)}"
    return f"the process exited (status {status}) instead of returning"
