"""How requests reach the code, and how replies come back: one interface, wherever the code runs.

`Exchange` (exchange.py) crosses the trust boundary; `Local` calls code in this process; `Recorded` replays recorded
replies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from autograder.errors import CourseError
from autograder.sandbox.child.wire import Frame, Reference, decode
from autograder.sandbox.child.workspace import Workspace

Resolve = Callable[[Reference], Any]
Answer = Callable[[list[Any]], Frame]


class Transport(Protocol):
    """Carries requests to where code runs."""

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        """Send one request. Returns its reply, as a frame and decoded.

        resolve: maps a Reference in the reply to an object. answer: evaluates a callback that the code makes.
        Raises: Failure if there is no reply.
        """


class Local:
    """Calls code in this process with the frames that cross the boundary. Protects against nothing: the code is
    trusted, or it is a student's own code on their own machine."""

    def __init__(self, names: dict[str, Any] | Workspace) -> None:
        self._workspace = names if isinstance(names, Workspace) else Workspace(names, interruptible=True)

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        self._workspace.ask = lambda question: answer(decode(question, resolve))
        reply = self._workspace.serve(frame)
        return reply, decode(reply, resolve)


class Recorded:
    """Replays recorded replies in their order, whatever is asked.

    too_few: the message if there are not enough. Raises: CourseError with it.
    """

    def __init__(self, replies: Iterable[Frame], too_few: str) -> None:
        self._replies = iter(replies)
        self._too_few = too_few

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        reply = next(self._replies, None)
        if reply is None:
            raise CourseError(self._too_few)
        return reply, decode(reply, resolve)
