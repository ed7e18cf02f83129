"""What a check sees of a submission or of the reference: names to call, and handles to what stays on the other side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.errors import CourseError, Failure, Raised
from autograder.explain import explain, place
from autograder.sandbox.child.wire import Frame, Reference, decode, encode
from autograder.sandbox.child.workspace import MAX_MESSAGE_CHARS, Workspace

# Sends a request's frame; returns the reply's frame and the reply decoded. See `sandbox.exchange.Exchange`.
Exchange = Callable[
    [Frame, Callable[[Reference], Any], Callable[[list[Any]], Frame]],
    tuple[Frame, list[Any]],
]


class Namespace:
    """`namespace.adam(w, dw)` calls; plain data crosses as copies, everything else becomes a `Handle`.

    exchange: carries requests to where the code runs. trusted: the reference, whose exceptions are our fault.
    explain_missing: says why a name is missing. source_line: the text at (label, line), for messages.
    replies: the frames received so far, in order; they identify what the code computes.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        trusted: bool = False,
        explain_missing: Callable[[str], str] = lambda name: "",
        source_line: Callable[[str, int], str] = lambda label, line: "",
    ) -> None:
        self._exchange = exchange
        self._trusted = trusted
        self._explain_missing = explain_missing
        self._source_line = source_line
        self._functions: dict[str, Function] = {}
        self._callbacks: list[Callable[..., Any]] = []
        self.replies: list[Frame] = []

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        # One object per name, so that `student.f.modified` speaks of the last call of f.
        return self._functions.setdefault(name, Function(self, name))

    def get(self, name: str) -> Any:
        """The value that `name` has. Raises: Failure if it is not defined."""
        return self._request(name, ["get", name])[0]

    def put(self, value: Any) -> Handle:
        """A handle to a copy of `value` on the other side, for what a function changes in place."""
        handle = self._request("put", ["put", value])[0]
        if not isinstance(handle, Handle):
            raise Failure("the process sent a malformed answer")
        return handle

    def value_of(self, index: int) -> Any:
        """What the reply of this index carried: a value, or for an exception its type's name."""
        match decode(self.replies[index], self._resolve):
            case ["value", value, *_]:
                return value
            case ["raised", [str(type_name), *_], *_]:
                return type_name
            case reply:
                return reply[0]

    def _request(self, label: str, request: list[Any]) -> tuple[Any, tuple[str, ...]]:
        """The value of a reply, and the paths of the array arguments that were modified in place."""
        frame, reply = self._exchange(encode(request, self._refer), self._resolve, self._answer)
        self.replies.append(frame)
        match reply:  # arrays and everything else that is not a list or a str match nothing
            case ["value", value, list(modified)]:
                return value, tuple(_paths(request, modified)) if modified else ()
            case ["missing", str()]:
                message = f"{label} is not defined. {self._explain_missing(label)}".strip()
                raise CourseError(message) if self._trusted else Failure(message)
            case ["unsendable", str(reason)]:
                raise Failure(f"{label} returned {reason[:500]}")
            case ["raised", [str(), *_] as types, str(message), str(at), int(line)]:
                names = tuple(str(name)[:100] for name in types[:20])
                raise self._raised(label, names, message[:MAX_MESSAGE_CHARS], at[:100], line)
        raise Failure("the process sent a malformed answer")

    def _raised(self, label: str, types: tuple[str, ...], message: str, at: str, line: int) -> Exception:
        if self._trusted:
            return CourseError(f"the reference's {label} raised {types[0]}: {message} ({place(at, line)})")
        if types[0] == "NotImplementedError":
            return Raised(f"{label} is not written yet", types)
        text = self._source_line(at, line).strip()
        where = f" ({place(at, line, text)})" if at else ""
        explanation = explain(types, message, text)
        said = f": {message.split(chr(10))[0] if explanation else message}" if message else ""
        return Raised(f"{label} raised {types[0]}{said}{where}. {explanation}".strip(), types)

    def _refer(self, value: Any) -> Reference:
        if isinstance(value, Handle):
            return value.reference
        if callable(value):
            self._callbacks.append(value)
            return Reference("callback", len(self._callbacks) - 1)
        raise CourseError(f"the check passes a {type(value).__name__}, which is not plain data")

    def _resolve(self, reference: Reference) -> Handle:
        return Handle(self, reference)

    def _answer(self, message: list[Any]) -> Frame:
        """Evaluate the callback that the other side asked for; what it raises is raised over there."""
        try:
            _, index, args, kwargs = message
            result = self._callbacks[index](*args, **kwargs)
        except (Failure, CourseError):
            raise
        except Exception as error:  # the student's arguments may not fit
            return encode(["error", type(error).__name__, str(error)[:500]])
        return encode(["answer", result], self._refer)


class Function:
    """A function or class of a namespace, or a method of a handle.

    modified: paths such as "args[1]" or "args[2][m]" of the array arguments that the last call changed in place.
    """

    def __init__(self, namespace: Namespace, name: str, owner: Handle | None = None) -> None:
        self._namespace = namespace
        self._owner = owner
        self.name = name
        self.modified: tuple[str, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.modified = ()
        if self._owner is None:
            request, label = ["call", self.name, args, kwargs], self.name
        else:
            request = ["method", self._owner, self.name, args, kwargs]
            label = f"{self._owner.reference.type_name}.{self.name}" if self.name else self._owner.reference.type_name
        value, self.modified = self._namespace._request(label, request)
        return value


class Handle:
    """An object that stays on the other side.

    `handle.forward(x)` calls a method, `handle(x)` the object itself, `handle.call("get", ...)` a method whose name
    this class uses; `handle.get("weight")` reads an attribute, `handle.value()` the object where it is plain data.
    """

    def __init__(self, namespace: Namespace, reference: Reference) -> None:
        self._namespace = namespace
        self.reference = reference

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        return Function(self._namespace, name, self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Function(self._namespace, "", self)(*args, **kwargs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return Function(self._namespace, name, self)(*args, **kwargs)

    def get(self, attribute: str) -> Any:
        label = f"{self.reference.type_name}.{attribute}"
        return self._namespace._request(label, ["attribute", self, attribute])[0]

    def value(self) -> Any:
        return self._namespace._request(self.reference.type_name, ["value", self])[0]

    def __repr__(self) -> str:
        return f"<an object of type {self.reference.type_name}>"


def local(names: dict[str, Any]) -> Exchange:
    """An exchange with trusted code in this process, by the same frames that cross the boundary."""
    workspace = Workspace(names)

    def exchange(
        request: Frame, resolve: Callable[[Reference], Any], answer: Callable[[list[Any]], Frame]
    ) -> tuple[Frame, list[Any]]:
        workspace.ask = lambda question: answer(decode(question, resolve))
        reply = workspace.serve(request)
        return reply, decode(reply, resolve)

    return exchange


def _paths(request: list[Any], modified: list[int]) -> Iterator[str]:
    found: list[str] = []
    _walk(request[-2], "args", found)
    _walk(request[-1], "kwargs", found)
    for index in modified:
        if isinstance(index, int) and 0 <= index < len(found):
            yield found[index]


def _walk(value: Any, path: str, found: list[str]) -> None:
    if isinstance(value, list | tuple):
        for i, item in enumerate(value):
            _walk(item, f"{path}[{i}]", found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(item, f"{path}[{key}]", found)
    elif isinstance(value, np.ndarray) or type(value).__name__ in ("Tensor", "Parameter"):
        found.append(path)
