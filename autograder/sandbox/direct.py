"""Calls the reference in this process, without frames.

Arguments and results are copied as frames would copy them, so a check gets the same values as from code on the other
side of the boundary, in a third of the time. Protects against nothing: the code is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import decode
from autograder.sandbox.child.workspace import Workspace, crossed
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local


class Direct(Namespace):
    """names: what the reference defines. deadline: makes the context manager that limits the time of one request.

    The record keeps neither its replies nor which arguments it modified.
    """

    __slots__ = ("_deadline", "_workspace")

    def __init__(self, names: dict[str, Any], deadline: Callable[[], AbstractContextManager[None]]) -> None:
        self._workspace = Workspace(names, interruptible=True)
        super().__init__(Local(self._workspace), trusted=True)
        self._deadline = deadline

    def _request(self, label: str, request: list[Any]) -> tuple[Any, tuple[str, ...]]:
        workspace = self._workspace
        asked = crossed(request, self._refer, workspace.resolve)
        if self._callbacks:
            workspace.ask = lambda question: self._answer(decode(question, self._resolve))
        with self._deadline():
            try:
                reply = [protocol.VALUE, crossed(workspace.perform(asked), workspace.refer, self._resolve), []]
            except BaseException as error:
                reply = workspace.failed(error)
        return self._taken(label, request, reply)
