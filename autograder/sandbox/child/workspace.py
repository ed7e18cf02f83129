"""What a loaded submission offers: its names, the objects behind handles, and calls on both by frames.

The same class serves a student's code in the sandbox and, in the grader's own process, the reference and the known
mistakes: what a check sees of them is alike to the last copy.
"""

from __future__ import annotations

import builtins
import importlib
import marshal
import traceback
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from .wire import Frame, Reference, WireError, decode, encode

MAX_MESSAGE_CHARS = 2000
_IMMUTABLE = frozenset({type(None), bool, int, float, str, bytes})
_COMMON_DTYPES = frozenset(map(np.dtype, ("f8", "f4", "i8", "?")))


class Workspace:
    """names: what the submission defined.

    ask: sends a callback to the check and returns the reply: ["answer", value] or ["error", type name, message].
    max_reply_bytes: the most that a reply's arrays may occupy; None for trusted code.
    """

    def __init__(
        self,
        names: dict[str, Any],
        ask: Callable[[Frame], Frame] | None = None,
        max_reply_bytes: int | None = None,
    ) -> None:
        self.names = names
        self.ask = ask
        self.max_reply_bytes = max_reply_bytes
        self._objects: list[Any] = []

    def serve(self, request: Frame) -> Frame:
        """Carry out one request and return the reply's frame.

        Requests: ["call", name, args, kwargs], ["method", handle, name, args, kwargs], ["get", name],
        ["attribute", handle, name], ["value", handle], ["put", value], ["module", name], ["probe", definition, name],
        ["keep", request], whose value stays here, behind a handle, and ["calls", requests].
        Replies: ["value", value, modified], or ["values", values, modified] of several calls, where modified lists the
        indices (in the order of the request) of the arrays that the call changed in place; ["missing", name];
        ["raised", type names, message, label, line];
        ["unsendable", reason].
        """
        before = bytes(request.buffers)
        spans: list[tuple[int, int]] = []
        try:
            asked = decode(request, self._resolve, spans)
            value = self._perform(asked)
        except _Missing as error:
            return encode(["missing", str(error)])
        except _Unsendable as error:
            return encode(["unsendable", str(error)])
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: the student's code may raise anything
            return encode(["raised", *describe(error)])
        modified = []
        if request.buffers != before:
            modified = [i for i, (start, end) in enumerate(spans) if request.buffers[start:end] != before[start:end]]
        try:
            kind = "values" if asked[0] == "calls" else "value"
            return encode([kind, value, modified], self._refer, max_bytes=self.max_reply_bytes)
        except WireError as error:
            return encode(["unsendable", str(error)])

    def _perform(self, request: list[Any]) -> Any:
        kind, *operands = request
        if kind == "call":
            name, args, kwargs = operands
            return self._named(name)(*args, **kwargs)
        if kind == "method":
            obj, name, args, kwargs = operands
            method = getattr(obj, name) if name else obj
            return method(*args, **kwargs)
        if kind == "get":
            return self._named(operands[0])
        if kind == "attribute":
            return getattr(*operands)
        if kind == "value":
            return operands[0]
        if kind == "put":
            return self._refer(operands[0])
        if kind == "module":
            return importlib.import_module(operands[0])
        if kind == "probe":
            definition, name = operands
            names = {"__name__": __name__}
            exec(marshal.loads(definition), names)
            return names[name]
        if kind == "keep":
            return self._refer(self._perform(operands[0]))
        if kind == "calls":
            return self._perform_each(operands[0])
        raise ValueError(f"unknown request {kind!r}")

    def _perform_each(self, requests: list[list[Any]]) -> list[Any]:
        """The values of calls, one after another, each as it would have crossed and come back.

        Ends early with a value that has no such item as the next call is to be given.
        """
        values: list[Any] = []
        for *call, args, kwargs in requests:
            try:
                filled = [self._crossed(arg.of(values[-1])) if isinstance(arg, Previous) else arg for arg in args]
            except LookupError:
                break
            value = self._perform([*call, filled, kwargs])
            values.append(self._crossed(value))
        return values

    def _crossed(self, value: Any) -> Any:
        """The value as the check would receive it and pass it on."""
        if type(value) in _IMMUTABLE:
            return value
        if type(value) is np.ndarray and value.dtype in _COMMON_DTYPES:
            return value.copy()
        if type(value) is tuple:
            return tuple(map(self._crossed, value))
        if type(value) is dict and all(type(key) is str for key in value):
            return {key: self._crossed(item) for key, item in value.items()}
        try:
            return decode(encode(value, self._refer, max_bytes=self.max_reply_bytes), self._resolve)
        except WireError as error:
            raise _Unsendable(str(error)) from None

    def _named(self, name: str) -> Any:
        if name not in self.names:
            raise _Missing(name)
        return self.names[name]

    def _refer(self, obj: Any) -> Reference:
        self._objects.append(obj)
        return Reference("handle", len(self._objects) - 1, type(obj).__name__)

    def _resolve(self, reference: Reference) -> Any:
        if reference.kind == "handle":
            return self._objects[reference.id]
        if reference.kind == "previous":
            return Previous(reference.id)
        return lambda *args, **kwargs: self._call_back(reference, args, kwargs)

    def _call_back(self, reference: Reference, args: tuple, kwargs: dict) -> Any:
        if self.ask is None:
            raise RuntimeError("this workspace has no callbacks")
        question = encode(["callback", reference.id, args, kwargs], self._refer, max_bytes=self.max_reply_bytes)
        kind, *answer = decode(self.ask(question), self._resolve)
        if kind == "answer":
            return answer[0]
        type_name, message = answer
        error_type = getattr(builtins, type_name, RuntimeError)
        is_error = isinstance(error_type, type) and issubclass(error_type, Exception)
        raise (error_type if is_error else RuntimeError)(message)


class _Missing(Exception):
    pass


class _Unsendable(Exception):
    pass


class Previous:
    """Stands among a call's arguments for an item of what the call before returned."""

    def __init__(self, index: int) -> None:
        self.index = index

    def of(self, value: Any) -> Any:
        """Raises: LookupError if it has no such item."""
        if not isinstance(value, list | tuple):
            raise LookupError
        return value[self.index]


def describe(error: BaseException) -> list[Any]:
    """[type names from the most special, message, label of the cell, line in it] of an exception.

    A cell is compiled under the file name `<label>`, so the last such frame of the traceback is the student's line.
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
    """The label of the student's cell that this code is in, or an empty string."""
    name = code.co_filename
    if name.startswith("<") and name.endswith(">") and not name.startswith(("<frozen", "<__array", "<string")):
        return name[1:-1]
    return name if "ipykernel_" in name else ""  # a cell of a student's own notebook
