"""What a submission's code keeps from one call to the next: in its functions, classes and global variables.

Checks that run together call the code between each other's calls. If it keeps something, that can hide a mistake, or
look like one. So what it keeps is compared; if that has changed, nothing that these checks found counts.
Protects against: accidents, whether they are to the student's cost or to their benefit.
Does not protect against: code that hides what it keeps. It could as well be right.
"""

from __future__ import annotations

import dis
import sys
from collections import namedtuple
from collections.abc import Collection, Mapping
from functools import cached_property
from types import (
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from .comparable import Comparables, TooMuchError

_MOST_VALUES, _MOST_BYTES = 10_000, 1 << 20
_REACHES_EVERYTHING = frozenset({"globals", "exec"})
_SETS_GLOBALS = frozenset({dis.opmap["STORE_GLOBAL"], dis.opmap["DELETE_GLOBAL"]})
_SETS_CELLS = frozenset({dis.opmap["STORE_DEREF"], dis.opmap["DELETE_DEREF"]})

# Descriptors that keep nothing themselves: of slots, of classes in C, of named tuples.
_HOLDS_NOTHING = (
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    WrapperDescriptorType,
    type(namedtuple("_Pair", "a").a),  # type: ignore[attr-defined]
)


def kept(names: Mapping[str, Any], asked: Collection[str] = ()) -> Any:
    """What the code in these global names keeps, comparable with a later result; None if that cannot be compared.

    asked: names that a check may ask for. Other names matter if they are functions or classes, or if those use them.
    """
    try:
        return _Keeper(names, asked).found(), _of_libraries()
    except Exception:  # the student's objects may raise anything
        return None


def _of_libraries() -> Any:
    """What code sets for all code: how numpy treats division by zero, and the type of torch's new tensors."""
    torch = sys.modules.get("torch")
    return np.geterr(), torch and torch.get_default_dtype()


class _Keeper:
    def __init__(self, names: Mapping[str, Any], asked: Collection[str]) -> None:
        self._names = names
        self._comparables = Comparables(_MOST_VALUES, _MOST_BYTES, self._visit)
        self._mentioned = set(asked)  # and what the code mentions
        self._seen: set[int] = set()
        self._kept: list[Any] = []

    def found(self) -> Any:
        """Raises: TooMuchError."""
        for value in list(self._names.values()):
            if isinstance(value, FunctionType | type):
                self._visit(value)
        variables: dict[str, Any] = {}
        while new := (self._mentioned & self._names.keys()) - variables.keys():  # functions in them mention more
            for name in new:
                value = self._names[name]
                variables[name] = id(value) if self._is_fixed(value) else self._comparables.of(value)
        if not self._mentioned.isdisjoint(_REACHES_EVERYTHING):
            raise TooMuchError
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
        elif isinstance(value, cached_property):
            self._visit(value.func)
        elif not isinstance(value, _HOLDS_NOTHING):
            self._kept.append(self._comparables.of(value))

    def _visit_function(self, function: FunctionType) -> None:
        if id(function) in self._seen:
            return
        self._seen.add(id(function))
        cells = [_content(cell) for cell in function.__closure__ or ()]
        if function.__globals__ is not self._names:  # of a library, such as a decorator's, around the code's own
            for value in cells:
                if isinstance(value, FunctionType | type):
                    self._visit(value)
            return
        self._read(function.__code__, frozenset(function.__code__.co_freevars))
        for value in (*(function.__defaults__ or ()), *cells, *(function.__kwdefaults__ or {}).values()):
            self._visit(value)
        for name, value in vars(function).items():
            self._kept.append(name)
            self._visit(value)

    def _visit_class(self, cls: type) -> None:
        if cls.__module__ != self._names.get("__name__") or id(cls) in self._seen:
            return
        self._seen.add(id(cls))
        for base in cls.__bases__:
            self._visit(base)
        for name, value in list(vars(cls).items()):
            if callable(value) or not name.startswith(("__", "_abc_")):
                self._kept.append(name)
                self._visit(value)

    def _read(self, code: CodeType, outer: frozenset[str]) -> None:
        """outer: the variables of a closure, which outlast a call.

        Raises: TooMuchError if the code assigns to global or outer names: it may undo that before it is compared.
        """
        operations = code.co_code[::2]
        if not _SETS_GLOBALS.isdisjoint(operations):
            raise TooMuchError
        if outer and not _SETS_CELLS.isdisjoint(operations):
            sets = {each.argval for each in dis.get_instructions(code) if each.opcode in _SETS_CELLS}
            if not outer.isdisjoint(sets & set(code.co_freevars)):
                raise TooMuchError
        self._mentioned.update(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._read(constant, outer)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None
