"""What a check sees of a submission or the reference: names to call, and handles to objects on the other side."""

from __future__ import annotations

import functools
import inspect
import marshal
import textwrap
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from autograder.errors import AtWork, CourseError, Failure, Raised, Timeout
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import CALLBACK, PREVIOUS, Frame, Reference, decode, encode
from autograder.sandbox.child.workspace import MAX_MESSAGE_CHARS, Previous
from autograder.sandbox.explain import explain, is_unwritten
from autograder.sandbox.modified import paths
from autograder.sandbox.transports import Transport
from autograder.text import place, stub_in

_STUB_COMMENT = "# YOUR CODE HERE"
_FEW_LINES = 20  # searched above a stub's last line; the submission itself reports the number of that line
_ITSELF = "itself"  # the function that returns a probe, for when a probe is passed to a function of the other side


@dataclass
class Record:
    """What the grader, but not checks, can read about a namespace.

    reused: the code's process has served another check before. replies: the received frames, in order; they identify
    what the code computes. requests: (label, message) of the request that each reply answers. called: the names of the
    functions that were asked for, without repetition, in order. call: the last call, as (label, args, kwargs, number of
    further calls in the same request); if there were several, the first.
    """

    reused: bool = False
    replies: list[Frame] = field(default_factory=list)
    requests: list[tuple[str, list[Any]]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    call: tuple[str, tuple[Any, ...], dict[str, Any], int] | None = None

    def forget(self) -> None:
        """Drop everything that is large."""
        self.replies.clear()
        self.requests.clear()
        self.call = None


class Namespace:
    """`namespace.adam(w, dw)` calls a function. Plain data is copied across; everything else becomes a `Handle`.

    transport: carries requests to where the code runs. trusted: the code is the reference, whose exceptions are the
    course's own bugs. reused: see `Record`.
    explain_missing: explains why a name is missing. source_line: the text at (label, line), for messages.
    explain_timeout: explains where the code was when time ran out. given: the lines, stripped, that the students were
    given; they distinguish a student's code above the rest of a stub from the stub's own beginning.

    An exercise can have any name but those in `TAKEN`, because checks use `get`, `put`, `module` and `probe` here.
    """

    __slots__ = (
        "_callbacks",
        "_explain_missing",
        "_explain_timeout",
        "_functions",
        "_given",
        "_record",
        "_source_line",
        "_transport",
        "_trusted",
    )

    def __init__(
        self,
        transport: Transport,
        *,
        trusted: bool = False,
        reused: bool = False,
        explain_missing: Callable[[str], str] = lambda name: "",
        source_line: Callable[[str, int], str] = lambda label, line: "",
        explain_timeout: Callable[[Sequence[AtWork]], str] = lambda at_work: "",
        given: Collection[str] = (),
    ) -> None:
        self._transport = transport
        self._trusted = trusted
        self._explain_missing = explain_missing
        self._source_line = source_line
        self._explain_timeout = explain_timeout
        self._given = given
        self._functions: dict[str, Function] = {}
        self._callbacks: list[Callable[..., Any]] = []
        self._record = Record(reused)

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        # One object per name, so that `student.f.modified` refers to the last call of f.
        if name not in self._functions:
            self._functions[name] = Function(self, name)
            self._record.called.append(name)
        return self._functions[name]

    def get(self, name: str) -> Any:
        """The value of a name. Raises: Failure if it is not defined."""
        value = self._request(name, [protocol.GET, name])[0]
        return Handle(self, value.reference, name) if isinstance(value, Handle) else value

    def put(self, value: Any) -> Handle:
        """A handle to a copy of `value` on the other side, for functions that change their argument in place."""
        return self._handle(protocol.PUT, [protocol.PUT, value])[0]

    def module(self, name: str) -> Handle:
        """A library's module on the other side, such as "torch.nn", to create there the arguments for a function."""
        return Handle(self, self._handle(name, [protocol.MODULE, name])[0].reference, name)

    def probe(self, function: Callable[..., Any], label: str = "") -> Function:
        """A function that runs on the other side, so that one request replaces many.

        It can use only its arguments and what it imports itself. Its result comes from the other side and can be forged
        like any other value, so it must not decide anything about a verdict. label: its name in messages.
        """
        return Probe(self, function, label)

    def _handle(self, label: str, request: list[Any]) -> tuple[Handle, tuple[str, ...]]:
        handle, modified = self._request(label, request)
        if not isinstance(handle, Handle):
            raise Failure("the process sent a malformed answer")
        return handle, modified

    def _request(self, label: str, request: list[Any]) -> tuple[Any, tuple[str, ...]]:
        """The value of a reply, and the paths of the arguments that the call modified in place."""
        try:
            frame, reply = self._transport.request(encode(request, self._refer), self._resolve, self._answer)
        except Timeout as timeout:
            if not timeout.at_work:
                raise
            raise Timeout(f"{timeout} {self._explain_timeout(timeout.at_work)}".strip()) from None
        self._record.replies.append(frame)
        self._record.requests.append((label, request))
        return self._taken(label, request, reply)

    def _taken(self, label: str, request: list[Any], reply: list[Any]) -> tuple[Any, tuple[str, ...]]:
        """The content of a decoded reply to this request; see `_request`."""
        match reply:  # arrays and everything else that is not a list or a str match nothing
            case [protocol.VALUE | protocol.VALUES, value, list(modified)]:
                return value, tuple(paths(request, modified)) if modified else ()
            case [protocol.MISSING, str()]:
                message = f"{label} is not defined. {self._explain_missing(label)}".strip()
                raise CourseError(message) if self._trusted else Failure(message)
            case [protocol.UNSENDABLE, str(reason)]:
                raise Failure(f"{label} returned {reason[:500]}")
            case [protocol.RAISED, [str(), *_] as types, str(message), str(at), int(line)]:
                names = tuple(str(name)[:100] for name in types[:20])
                raise self._raised(label, names, message[:MAX_MESSAGE_CHARS], at[:100], line)
        raise Failure("the process sent a malformed answer")

    def _raised(self, label: str, types: tuple[str, ...], message: str, at: str, line: int) -> Exception:
        if self._trusted:
            return CourseError(f"the reference's {label} raised {types[0]}: {message} ({place(at, line)})")
        if is_unwritten(types, message):
            stub = stub_in(message)
            if stub and stub not in label.split("."):  # a function that it calls is the stub
                return Raised(f"{label} needs {stub}, which is not written yet", types)
            if self._code_above(at, line):
                where = place(at, line, "raise NotImplementedError")
                return Raised(
                    f"{label} is not written yet; or if it is, delete what is left of the stub ({where})", types
                )
            return Raised(f"{label} is not written yet", types)
        text = self._source_line(at, line).strip()
        where = f" ({place(at, line, text)})" if at else ""
        explanation = explain(types, message, text)
        said = f": {(message.split(chr(10))[0] if explanation else message).rstrip()}" if message else ""
        return Raised(f"{label} raised {types[0]}{said}{where}. {explanation}".strip(), types)

    def _code_above(self, at: str, line: int) -> bool:
        """Whether there is a student's code above the stub's line that raised, not just its comment or docstring."""
        for number in range(line - 1, max(0, line - _FEW_LINES), -1):
            text = self._source_line(at, number).strip()
            if text == _STUB_COMMENT and not self._given:
                return False
            if text and not text.startswith("#") and text not in self._given:
                return not text.endswith((":", '"', "'"))
        return False

    def _refer(self, value: Any) -> Reference:
        if isinstance(value, Handle | Probe):
            if value._namespace is not self:  # its number means another object here
                raise CourseError(f"the check passes an object of another side, {value!r}")
            return value.reference
        if isinstance(value, Reference):
            return value
        if callable(value):
            self._callbacks.append(value)
            return Reference(CALLBACK, len(self._callbacks) - 1)
        raise CourseError(f"the check passes a {type(value).__name__}, which is not plain data")

    def _resolve(self, reference: Reference) -> Handle:
        return Handle(self, reference)

    def _answer(self, message: list[Any]) -> Frame:
        """Evaluate a callback for the other side. What it raises is raised there."""
        try:
            _, index, args, kwargs = message
            result = self._callbacks[index](*args, **kwargs)
        except (Failure, CourseError):
            raise
        except Exception as error:  # the student's arguments may not fit
            return encode([protocol.ERROR, type(error).__name__, str(error)[:500]])
        return encode([protocol.ANSWER, result], self._refer)


@functools.cache
def _portable(code: CodeType) -> bytes:
    """The compiled definition of a function, and of a function that returns it. Both sides run the same Python.

    Cached by code object: a function defined in a check is a new object in each run, with the same code.
    """
    source = f"{textwrap.dedent(inspect.getsource(code))}\ndef {_ITSELF}():\n    return {code.co_name}\n"
    return marshal.dumps(compile(source, "<string>", "exec", dont_inherit=True))


def lend(namespace: Namespace, name: str, function: Callable[..., Any]) -> None:
    """Replace what the code has defined by this name with our function, as a callback."""
    namespace._request(name, [protocol.LEND, name, function])


def define(namespace: Namespace, source: str, label: str) -> None:
    """Execute `source`, a changed part of the submission's own code, in its place. label: the cell that it is from.

    Raises: Failure if that cannot be done.
    """
    namespace._request(label, [protocol.DEFINE, source, label])


@functools.cache
def previous(index: int) -> Reference:
    """An argument for `Function.calls`: this item of the tuple or list that the previous call returned."""
    return Reference(PREVIOUS, index)


def _offers(value: Any, args: Iterable[Any]) -> bool:
    """Whether a value has the items that a call with these arguments takes from it."""
    try:
        for arg in args:
            if isinstance(arg, Reference):
                Previous(arg.id).of(value)
    except LookupError:
        return False
    return True


class Function:
    """A function or class of a namespace, or a method of a handle.

    modified: paths, such as "args[1]" or "args[2][m]", of the arrays, lists and dicts among its arguments that the last
    call changed in place.
    """

    def __init__(self, namespace: Namespace, name: str, owner: Handle | None = None) -> None:
        self._namespace = namespace
        self._owner = owner
        self.name = name
        self.modified: tuple[str, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.modified = ()
        self._namespace._record.call = self._label, args, kwargs, 0
        value, self.modified = self._namespace._request(self._label, self._request(args, kwargs))
        return value

    def calls(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """Call once with each of these arguments, in order, in one request. Returns the values in order.

        `previous(0)` among the arguments is the first item of the previous call's result, and so on. The list ends
        early if a value does not have such an item.
        """
        self.modified = ()
        arguments = list(arguments)
        if arguments:
            self._namespace._record.call = self._label, arguments[0], {}, len(arguments) - 1
        requests = [self._request(args, {}) for args in arguments]
        values, _ = self._namespace._request(self._label, [protocol.CALLS, requests])
        if isinstance(values, list) and 0 < len(values) <= len(requests):
            following = requests[len(values) :]
            if not following or not _offers(values[-1], following[0][-2]):
                return values
        raise Failure("the process sent a malformed answer")

    def keep(self, *args: Any, **kwargs: Any) -> Handle:
        """Call, and keep the result on the other side even if it is plain data, such as a tensor with its graph."""
        self.modified = ()
        handle, self.modified = self._namespace._handle(self._label, [protocol.KEEP, self._request(args, kwargs)])
        return handle

    @property
    def _label(self) -> str:
        return ".".join(filter(None, [self._owner.label if self._owner else "", self.name]))

    def _request(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        arguments = list(args)  # msgpack has no tuples
        if self._owner is None:
            return [protocol.CALL, self.name, arguments, kwargs]
        return [protocol.METHOD, self._owner, self.name, arguments, kwargs]


class Probe(Function):
    """A check's function, which the other side defines when it is called there. See `Namespace.probe`.

    reference: to the function on the other side, needed if the probe is an argument of another function.
    """

    def __init__(self, namespace: Namespace, function: Callable[..., Any], label: str = "") -> None:
        super().__init__(namespace, label or function.__name__)
        self._definition = [protocol.PROBE, _portable(function.__code__), function.__name__]

    def _request(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        return [*self._definition, list(args), kwargs]

    @functools.cached_property
    def reference(self) -> Reference:
        kind, definition, _ = self._definition
        return self._namespace._handle(self.name, [protocol.KEEP, [kind, definition, _ITSELF, (), {}]])[0].reference


class Handle:
    """An object that stays on the other side.

    `handle.forward(x)` calls a method, `handle(x)` the object itself. `handle.get("weight")` reads an attribute.
    `handle.value()` returns the object if it is plain data. `handle.call("get", ...)` calls a method whose name this
    class uses itself: call, get, label, reference, value.
    label: its name in messages: that of a class or module, else of its type.
    """

    def __init__(self, namespace: Namespace, reference: Reference, label: str = "") -> None:
        self._namespace = namespace
        self.reference = reference
        self.label = label or reference.type_name

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        return Function(self._namespace, name, self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Function(self._namespace, "", self)(*args, **kwargs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return Function(self._namespace, name, self)(*args, **kwargs)

    def get(self, attribute: str) -> Any:
        return self._namespace._request(f"{self.label}.{attribute}", [protocol.ATTRIBUTE, self, attribute])[0]

    def value(self) -> Any:
        return self._namespace._request(self.label, [protocol.CONTENT, self])[0]

    def __repr__(self) -> str:
        return f"<an object of type {self.reference.type_name}>"


# Names that are not exercises in a check: `student.get(...)` reads a name.
TAKEN = frozenset(dir(Namespace))


def record_of(namespace: Namespace) -> Record:
    return namespace._record


def value_of(namespace: Namespace, index: int) -> Any:
    """The value in the reply of this index, or the type's name if it is an exception."""
    match decode(namespace._record.replies[index], namespace._resolve):
        case [protocol.VALUE | protocol.VALUES, value, *_]:
            return value
        case [protocol.RAISED, [str(type_name), *_], *_]:
            return type_name
        case reply:
            return reply[0]
