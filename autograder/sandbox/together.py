"""Lets many checks talk to one process at once, so that what they ask next crosses in one message.

With each message, the grader and the student's process take turns on a core, and each finds its caches filled by the
other. That takes longer than most requests. So each check runs until it asks something; the process answers all of it
at once; and each check goes on with its reply.
Protects against: what `Exchange` does. The first thing that goes wrong ends all of these checks, and none counts.
Does not protect against: a process that knows what several checks ask before it answers any of them.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

try:
    from greenlet import GreenletExit, getcurrent, greenlet
except ImportError:  # the grader runs without it, on a machine that has no registry and no wheel of it
    AVAILABLE = False
else:
    AVAILABLE = hasattr(os, "fork")  # `child.plain` serves one check at a time

from autograder.errors import Failure
from autograder.sandbox.child import determinism, protocol
from autograder.sandbox.child.wire import CALLBACK, Frame, Reference, WireError, decode
from autograder.sandbox.exchange import Exchange
from autograder.sandbox.transports import Answer, Resolve, Transport

T = TypeVar("T")

_CALLBACK = CALLBACK.encode()


class Talk:
    """One check's talk with the process, as a `Transport`. index: of the check in CHECKS.

    asks: its next request; None before the first and after the last. took_s: seconds, with its share of what was
    answered at once.
    """

    def __init__(
        self, exchange: Exchange, index: int, run: Callable[[Transport], None], alone: Callable[[], bool]
    ) -> None:
        self._exchange = exchange
        self._alone = alone
        self._has_callbacks = False
        self._hub = getcurrent()
        self._greenlet = greenlet(lambda _: run(self))
        self._state = determinism.state_of_torch()  # another check may wait inside `no_grad`
        self.index = index
        self.asks: Frame | None = None
        self.took_s = 0.0

    def go_on(self, reply: Frame | None = None) -> None:
        """Run until the next request, which is then in `asks`, or until the end."""
        start = time.perf_counter()
        determinism.restore_torch(self._state)
        self.asks = None
        self._greenlet.switch(reply)
        self._state = determinism.state_of_torch()
        self.took_s += time.perf_counter() - start

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """See `Transport.request`. Raises: WireError if the reply is malformed."""
        # Only one check at a time can wait for callbacks, or run on a deadline of this process.
        self._has_callbacks = self._has_callbacks or _CALLBACK in frame.structure
        if self._has_callbacks or self._alone():
            (reply,) = self._exchange.round([self.index], [frame], resolve, answer)
        else:
            self.asks = frame
            reply = self._hub.switch()
        return reply, protocol.checked(decode(reply, resolve), protocol.REPLIES)

    def end(self) -> None:
        """Leave it where it is, and free what it holds: the two refer to each other."""
        while not self._greenlet.dead:  # what it does in a `finally` may ask once more
            self._greenlet.throw(GreenletExit)
        del self._greenlet


def together(
    exchange: Exchange, runs: Sequence[Callable[[Transport], T]], alone: Callable[[], bool] = lambda: False
) -> list[tuple[T, float]] | None:
    """Run all functions, each with its own transport. Returns the result of each, and its seconds.

    None: nothing counts, since the process failed, or the code may keep something from one call to the next (see
    `child.kept`).
    exchange: to a process that serves as many checks. alone: whether the function that runs must not be interrupted
    now.
    Raises: SandboxLost, and what a function raises.
    """
    results: dict[int, T] = {}

    def to_the_end(index: int, run: Callable[[Transport], T], talk: Transport) -> None:
        results[index] = run(talk)

    talks = [Talk(exchange, i, functools.partial(to_the_end, i, run), alone) for i, run in enumerate(runs)]
    try:
        for talk in talks:
            talk.go_on()
        while True:
            start = time.perf_counter()
            asking = {talk.index: talk.asks for talk in talks if talk.asks is not None}
            replies = exchange.round(list(asking), list(asking.values()), _no_object, _no_callback)
            if exchange.keeps:
                return None
            if not asking:
                return [(results[talk.index], talk.took_s) for talk in talks]
            share_s = (time.perf_counter() - start) / len(asking)
            for index, reply in zip(asking, replies, strict=True):
                talks[index].took_s += share_s
                talks[index].go_on(reply)
    except Failure:
        return None
    finally:
        for talk in talks:
            talk.end()


def _no_object(reference: Reference) -> Any:
    raise WireError("a malformed message: an object of no check")


def _no_callback(message: list[Any]) -> Frame:
    raise WireError("a malformed message: no check has given it anything to call back")
