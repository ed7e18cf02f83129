"""What a loaded submission offers: its names, the objects behind handles, and calls of both by frames.

The same class serves a student's code in the sandbox and, in the grader's own process, the reference and the known
mistakes. A check therefore sees them in exactly the same way, down to the copies.
"""

from __future__ import annotations

import builtins
import importlib
import marshal
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any

import numpy as np

from . import forbidden, protocol
from .wire import CALLBACK, HANDLE, PREVIOUS, Frame, Reference, WireError, decode, encode

MAX_MESSAGE_CHARS = 2000
_IMMUTABLE = frozenset({type(None), bool, int, float, str, bytes, np.float64, np.float32, np.int64, np.bool_})
_TEXT = frozenset({str})
_COMMON_DTYPES = frozenset(map(np.dtype, ("f8", "f4", "i8", "?")))


class Workspace:
    """names: what the submission defined.

    ask: sends a callback to the check and returns the frame of its result, an ANSWER or an ERROR.
    max_reply_bytes: the most that a reply's arrays may take; None for trusted code.
    exercise: its forbidden functions raise while these names' code runs, and only then.
    interruptible: a KeyboardInterrupt is raised further, because it is meant for the whole process.
    """

    def __init__(
        self,
        names: dict[str, Any],
        ask: Callable[[Frame], Frame] | None = None,
        max_reply_bytes: int | None = None,
        exercise: str = "",
        interruptible: bool = False,
    ) -> None:
        self.names = names
        self.ask = ask
        self.max_reply_bytes = max_reply_bytes
        self.exercise = exercise
        self.interruptible = interruptible
        self._objects: list[Any] = []
        self._probes: dict[bytes, dict[str, Any]] = {}  # definition -> the namespace that it defines

    def serve(self, request: Frame) -> Frame:
        """Carry out one request and return the frame of the reply. For the kinds of requests, see `protocol`."""
        before = bytes(request.buffers)
        spans: list[tuple[int, int]] = []
        try:
            asked = decode(request, self.resolve, spans)
            containers = _containers_in(asked)
            value = self.perform(asked)
        except BaseException as error:  # SystemExit too: the student's code may raise anything
            return encode(self.failed(error))
        kind = protocol.VALUES if asked[0] == protocol.CALLS else protocol.VALUE
        modified = [] if request.buffers == before else _changed(request.buffers, before, spans)
        modified += [-1 - i for i, (now, then) in enumerate(containers) if not _holds_the_same(now, then)]
        try:
            return encode([kind, value, modified], self.refer, max_bytes=self.max_reply_bytes)
        except WireError as error:
            return encode([protocol.UNSENDABLE, str(error)])

    def failed(self, error: BaseException) -> list[Any]:
        """The reply if there is no value. Raises: KeyboardInterrupt if it is meant for the whole process."""
        if isinstance(error, _Missing):
            return [protocol.MISSING, str(error)]
        if isinstance(error, _Unsendable):
            return [protocol.UNSENDABLE, str(error)]
        if self.interruptible and isinstance(error, KeyboardInterrupt):
            raise error
        return [protocol.RAISED, *describe(error)]

    def perform(self, request: Sequence[Any]) -> Any:
        """The value of one decoded request. Raises: whatever the student's code raises."""
        kind, *fields = request
        performed = _PERFORMED.get(kind)
        if performed is None:
            raise ValueError(f"unknown request {kind!r}")
        return performed(self, *fields)

    def _call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return self._run(self._named(name), args, kwargs)

    def _method(self, obj: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return self._run(self._run(getattr, (obj, name)) if name else obj, args, kwargs)

    def _attribute(self, obj: Any, name: str) -> Any:
        return self._run(getattr, (obj, name))

    def _content(self, obj: Any) -> Any:
        return obj

    def _module(self, name: str) -> Any:
        return importlib.import_module(name)

    def _probe(self, definition: bytes, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        if definition not in self._probes:
            self._probes[definition] = {"__name__": __name__}
            exec(marshal.loads(definition), self._probes[definition])
        return self._run(self._probes[definition][name], args, kwargs)

    def _lend(self, name: str, function: Callable[..., Any]) -> None:
        self.names[name] = function

    def _define(self, source: str, label: str) -> None:
        self._run(exec, (compile(source, f"<{label}>", "exec", dont_inherit=True), self.names))

    def _keep(self, request: Sequence[Any]) -> Reference:
        return self.refer(self.perform(request))

    def _calls(self, requests: Sequence[Sequence[Any]]) -> list[Any]:
        """The values of consecutive calls, each as if it had been sent to the check and back.

        Ends early if a value does not have an item that the next call takes from it.
        """
        values: list[Any] = []
        last = len(requests) - 1
        for index, (*call, args, kwargs) in enumerate(requests):
            try:
                filled = [self._crossed(arg.of(values[-1])) if isinstance(arg, Previous) else arg for arg in args]
            except LookupError:
                break
            value = self.perform([*call, filled, kwargs])
            values.append(value if index == last else self._crossed(value))  # the last one crosses with the reply
        return values

    def _run(self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any] = {}) -> Any:
        """Call the student's code, or a function that reaches it. No other code on this side runs under a guard."""
        with forbidden.Judging(self.exercise):
            return function(*args, **kwargs)

    def _crossed(self, value: Any) -> Any:
        """The value as the check would receive it and send it back."""
        try:
            return crossed(value, self.refer, self.resolve, self.max_reply_bytes)
        except WireError as error:
            raise _Unsendable(str(error)) from None
        except RecursionError:
            raise _Unsendable("data that cannot be sent (it is nested too deeply)") from None

    def _named(self, name: str) -> Any:
        if name not in self.names:
            raise _Missing(name)
        return self.names[name]

    def refer(self, obj: Any) -> Reference:
        """Keep an object, and return the Reference that stands for it on the other side."""
        self._objects.append(obj)
        return Reference(HANDLE, len(self._objects) - 1, type(obj).__name__)

    def resolve(self, reference: Reference) -> Any:
        """The object here that a reference from the other side stands for. Raises: WireError, IndexError."""
        if reference.kind == HANDLE:
            return self._objects[reference.id]
        if reference.kind == PREVIOUS:
            return Previous(reference.id)
        if reference.kind == CALLBACK:
            return lambda *args, **kwargs: self._call_back(reference, args, kwargs)
        raise WireError("a reference of an unknown kind")

    def _call_back(self, reference: Reference, args: tuple, kwargs: dict) -> Any:
        if self.ask is None:
            raise RuntimeError("this workspace has no callbacks")
        with forbidden.Judging(""):
            asked = [protocol.CALLBACK, reference.id, args, kwargs]
            question = encode(asked, self.refer, max_bytes=self.max_reply_bytes)
            kind, *fields = protocol.checked(decode(self.ask(question), self.resolve), protocol.RESULTS)
        if kind == protocol.ANSWER:
            return fields[0]
        type_name, message = fields
        error_type = getattr(builtins, type_name, RuntimeError)
        is_error = isinstance(error_type, type) and issubclass(error_type, Exception)
        raise (error_type if is_error else RuntimeError)(message)


# By kind of request. Functions rather than bound methods: a reference cycle would keep a workspace until a collection.
_PERFORMED: dict[str, Callable[..., Any]] = {
    protocol.CALL: Workspace._call,
    protocol.METHOD: Workspace._method,
    protocol.GET: Workspace._named,
    protocol.ATTRIBUTE: Workspace._attribute,
    protocol.CONTENT: Workspace._content,
    protocol.PUT: Workspace.refer,
    protocol.MODULE: Workspace._module,
    protocol.PROBE: Workspace._probe,
    protocol.KEEP: Workspace._keep,
    protocol.CALLS: Workspace._calls,
    protocol.LEND: Workspace._lend,
    protocol.DEFINE: Workspace._define,
}


def crossed(
    value: Any,
    refer: Callable[[Any], Reference],
    resolve: Callable[[Reference], Any],
    max_bytes: int | None = None,
) -> Any:
    """A copy of the value, as `encode` and `decode` make it with these arguments. Raises: WireError as they do."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if kind is np.ndarray and value.dtype in _COMMON_DTYPES:
        return value.copy()
    if kind is tuple or kind is list:
        return kind([v if type(v) in _IMMUTABLE else crossed(v, refer, resolve, max_bytes) for v in value])
    if kind is dict and _TEXT.issuperset(map(type, value)):
        items = value.items()
        return {k: v if type(v) in _IMMUTABLE else crossed(v, refer, resolve, max_bytes) for k, v in items}
    if kind is Reference:
        return resolve(value)
    return decode(encode(value, refer, max_bytes=max_bytes), resolve)


# The lists and dicts among a call's arguments, each with its earlier contents. Empty for CALLS.
_Containers = list[tuple[list | dict, list | dict]]


def _containers_in(request: Sequence[Any]) -> _Containers:
    """In the order of the arguments, outer containers before inner ones."""
    found: _Containers = []
    if request[0] == protocol.KEEP:
        request = request[1]
    if request[0] in (protocol.CALL, protocol.METHOD, protocol.PROBE):
        *_, args, kwargs = request
        for value in (*args, *kwargs.values()):
            _collect_containers(value, found)
    return found


def _collect_containers(value: Any, found: _Containers) -> None:
    if type(value) is list:
        found.append((value, list(value)))
    elif type(value) is dict:
        found.append((value, dict(value)))
        value = value.values()
    elif type(value) is not tuple:
        return
    for item in value:
        _collect_containers(item, found)


def _holds_the_same(now: list | dict, then: list | dict) -> bool:
    if isinstance(now, dict) and isinstance(then, dict):
        return now.keys() == then.keys() and all(now[key] is then[key] for key in then)
    return len(now) == len(then) and all(a is b for a, b in zip(now, then, strict=True))


def _changed(now: bytearray, before: bytes, spans: Sequence[tuple[int, int]]) -> list[int]:
    """The indices of the arrays, given as (start, end) in the buffers, whose bytes have changed."""
    return [i for i, (start, end) in enumerate(spans) if now[start:end] != before[start:end]]


class _Missing(Exception):
    pass


class _Unsendable(Exception):
    pass


class Previous:
    """Among a call's arguments, stands for an item of the previous call's result."""

    def __init__(self, index: int) -> None:
        self.index = index

    def of(self, value: Any) -> Any:
        """The item. Raises: LookupError if `value` does not have it."""
        if not isinstance(value, list | tuple):
            raise LookupError
        return value[self.index]


def describe(error: BaseException) -> list[Any]:
    """[type names, most specific first; message; label of the cell; line in it] of an exception.

    A cell is compiled under the file name `<label>`, so the student's line is in the last such frame of the traceback.
    """
    types = [cls.__name__ for cls in type(error).__mro__ if cls is not object]
    try:
        message = str(error)[:MAX_MESSAGE_CHARS]
    except BaseException:
        message = ""
    label, line = "", 0
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith("<"):
        label, line, message = error.filename[1:-1], error.lineno or 0, str(error.msg)[:MAX_MESSAGE_CHARS]
    else:
        for frame, lineno in traceback.walk_tb(error.__traceback__):
            if found := label_of(frame.f_code):
                label, line = found, lineno
    return [types, message, label, line]


def label_of(code: CodeType) -> str:
    """The label of the student's cell that contains this code, or an empty string."""
    name = code.co_filename
    if name.startswith("<") and name.endswith(">") and not name.startswith(("<frozen", "<__array", "<string")):
        return name[1:-1]
    return name if "ipykernel_" in name else ""  # a cell of a student's own notebook
