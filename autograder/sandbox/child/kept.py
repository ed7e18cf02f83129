"""What a submission's code keeps from one call to the next: in its functions, classes and global variables.

Checks that run together call the code between each other's calls. If it keeps something, that can hide a mistake, or
look like one. So what it keeps is compared; if that has changed, nothing that these checks found counts.
Protects against: accidents, whether they are to the student's cost or to their benefit.
Does not protect against: code that hides what it keeps. It could as well be right.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .comparable import Comparables, TooMuchError

_MOST_VALUES, _MOST_BYTES = 10_000, 1 << 20
_REACHES_EVERYTHING = frozenset({"globals", "exec"})


def kept(names: Mapping[str, Any]) -> Any:
    """What the code in these global names keeps, comparable with a later result; None if that cannot be compared."""
    try:
        return _Keeper(names).found()
    except Exception:  # the student's objects may raise anything
        return None


class _Keeper:
    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._comparables = Comparables(_MOST_VALUES, _MOST_BYTES)
        self._mentioned: set[str] = set()  # by the code
        self._seen: set[int] = set()
        self._kept: list[Any] = []

    def found(self) -> Any:
        """Raises: TooMuchError."""
        for value in list(self._names.values()):
            if isinstance(value, FunctionType | type):
                self._visit(value)
        if not self._mentioned.isdisjoint(_REACHES_EVERYTHING):
            raise TooMuchError
        variables = {}
        for name in self._mentioned & self._names.keys():
            value = self._names[name]
            variables[name] = id(value) if self._is_fixed(value) else self._comparables.of(value)
        return self._kept, variables

    def _is_fixed(self, value: Any) -> bool:
        """Whether it is a module, a class, or something that a library defines under this name."""
        if isinstance(value, ModuleType | type):
            return True
        module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
        if not isinstance(module, str) or not isinstance(name, str) or module == self._names.get("__name__"):
            return False
        return getattr(sys.modules.get(module), name, None) is value

    def _visit(self, value: Any) -> None:
        if isinstance(value, staticmethod | classmethod):
            value = value.__func__
        if isinstance(value, FunctionType):
            self._visit_function(value)
        elif isinstance(value, type):
            self._visit_class(value)
        elif isinstance(value, property):
            for function in (value.fget, value.fset, value.fdel):
                self._visit(function)
        elif not hasattr(type(value), "__get__"):  # a descriptor of a library
            self._kept.append(self._comparables.of(value))

    def _visit_function(self, function: FunctionType) -> None:
        if function.__globals__ is not self._names or id(function) in self._seen:
            return
        self._seen.add(id(function))
        self._read(function.__code__)
        cells = [_content(cell) for cell in function.__closure__ or ()]
        for value in (*(function.__defaults__ or ()), *cells, *(function.__kwdefaults__ or {}).values()):
            self._visit(value)
        for name, value in vars(function).items():
            self._kept.append(name)
            self._visit(value)

    def _visit_class(self, cls: type) -> None:
        if cls.__module__ != self._names.get("__name__") or id(cls) in self._seen:
            return
        self._seen.add(id(cls))
        for name, value in list(vars(cls).items()):
            if isinstance(value, FunctionType) or not name.startswith(("__", "_abc_")):
                self._kept.append(name)
                self._visit(value)

    def _read(self, code: CodeType) -> None:
        self._mentioned.update(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._read(constant)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None
