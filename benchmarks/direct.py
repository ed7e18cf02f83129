"""Runs the checks without a boundary: they call the student's functions directly, in one process.

Bare pytest, and the notebooks and test files for other graders, run these instead of ours: the same checks on the same
code.
"""

from __future__ import annotations

import copy
import importlib
import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checking.declare import collect
from autograder.checking.run import drawn
from autograder.errors import Raised
from autograder.sandbox.child.wire import Reference

SEED = b"benchmark"


class Vanilla:
    """The checks of a folder with checks.py and reference.py, run by name on these names."""

    def __init__(self, folder: str, names: dict[str, Any]) -> None:
        self._checks = {check.name: check for check in collect(Path(folder, "checks.py"))}
        reference: dict[str, Any] = {}
        exec(compile(Path(folder, "reference.py").read_text(), "reference.py", "exec"), reference)
        self._reference, self._names = Direct(reference), names

    def holds(self, name: str) -> None:
        """Run a check. Raises whatever it raises."""
        check = self._checks[name]
        fixtures = {"student": Direct(self._names), "reference": self._reference, **drawn(check, SEED)}
        with np.errstate(all="ignore"):
            check.function(**{key: fixtures[key] for key in inspect.signature(check.function).parameters})


class Direct:
    """A namespace without a boundary: the functions themselves, and objects behind minimal handles."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._functions: dict[str, DirectFunction] = {}

    def __getattr__(self, name: str) -> DirectFunction:
        return self._functions.setdefault(name, DirectFunction(self._names[name], name))

    def get(self, name: str) -> Any:
        return _wrapped(self._names[name])

    def module(self, name: str) -> DirectHandle:
        return DirectHandle(importlib.import_module(name))

    def put(self, value: Any) -> DirectHandle:
        return DirectHandle(copy.deepcopy(value))

    def probe(self, function: Callable[..., Any], label: str = "") -> DirectHandle:
        return DirectProbe(function)


class DirectFunction:
    def __init__(self, function: Any, name: str) -> None:
        self.function = function
        self.name = name
        self.modified: tuple[str, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _wrapped(self._result(args, kwargs))

    def keep(self, *args: Any, **kwargs: Any) -> DirectHandle:
        return DirectHandle(self._result(args, kwargs))

    def calls(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        values: list[Any] = []
        for args in arguments:
            values.append(self(*[values[-1][arg.id] if isinstance(arg, Reference) else arg for arg in args]))
        return values

    def _result(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return self.function(*map(_unwrapped, args), **{k: _unwrapped(v) for k, v in kwargs.items()})
        except Exception as error:
            raise Raised(str(error), tuple(cls.__name__ for cls in type(error).__mro__)) from None


class DirectHandle:
    def __init__(self, content: Any) -> None:
        self.content = content

    def __getattr__(self, name: str) -> DirectFunction:
        return DirectFunction(getattr(self.content, name), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return DirectFunction(self.content, "")(*args, **kwargs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return DirectFunction(getattr(self.content, name), name)(*args, **kwargs)

    def get(self, attribute: str) -> Any:
        return _wrapped(getattr(self.content, attribute))

    def value(self) -> Any:
        return self.content


class DirectProbe(DirectHandle):
    """A check's probe. It may change its arguments, so it gets copies, as across a boundary."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*map(_copied, args), **kwargs)


def _copied(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(_copied, value))
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    is_data = isinstance(value, np.ndarray) or type(value).__name__ in ("Tensor", "Parameter")
    return copy.deepcopy(value) if is_data else value


def _wrapped(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | np.ndarray | np.generic):
        return value
    if type(value).__name__ in ("Tensor", "Parameter"):
        return value.detach().clone()
    if isinstance(value, list | tuple):  # a named tuple becomes a plain tuple, as across the boundary
        return (list if isinstance(value, list) else tuple)(map(_wrapped, value))
    if isinstance(value, dict):
        return {key: _wrapped(item) for key, item in value.items()}
    return DirectHandle(value)


def _unwrapped(value: Any) -> Any:
    if isinstance(value, DirectHandle):
        return value.content
    if inspect.isroutine(value):  # a callback, which expects handles
        return lambda *args, **kwargs: _unwrapped(value(*map(_wrapped, args), **_wrapped(kwargs)))
    if type(value) in (list, tuple):
        return type(value)(map(_unwrapped, value))
    if type(value) is dict:
        return {key: _unwrapped(item) for key, item in value.items()}
    return value
