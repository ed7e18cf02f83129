"""Library functions that an exercise asks students to write themselves: calling one in that exercise raises.

A guard stands in the library's place, so it is met however the library is reached: through importlib, sys.modules,
eval, getattr, or another library function that calls it. It stands wherever the library has the same function, since
`scipy.stats.norm` is `scipy.stats.distributions.norm` too. A module that is not loaded yet is guarded when it is.
It forbids something only while the student's code runs: whatever of ours runs on this side may use all of a library.

Does not protect against code that digs the original out of a guard; the static search of `rules` and a reader may see
that. What a submission gains by it is this exercise's points, never an answer.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Collection, Mapping, Sequence
from typing import Any

# The exercise whose code runs; empty while our own code does, and while the submission is loaded.
_judged = [""]
# By the id of what a guard stands for: this and the guard.
_stand_ins: dict[int, tuple[Any, Any]] = {}


class Forbidden(RuntimeError):
    """A library function was called that the exercise asks to be written."""


def install(forbidden: Mapping[str, Sequence[str]]) -> None:
    """Guard library names. forbidden: exercise -> dotted names of functions, classes or modules."""
    exercises: dict[str, set[str]] = {}
    for exercise, names in forbidden.items():
        for name in names:
            exercises.setdefault(name, set()).add(exercise)
    waiting: dict[str, list[str]] = {}
    for name in exercises:
        module, rest = _deepest_loaded(name)
        if module is not None and not _guard(module, rest, name, exercises[name]):
            module = None  # a module of a loaded package that is not loaded itself
        if module is None:
            waiting.setdefault(name.partition(".")[0], []).append(name)
    for package in packages_of(forbidden):
        places = bound_in(package)
        for original, _ in list(_stand_ins.values()):
            for module, attribute in places.get(id(original), ()):
                _put(module, attribute)
    if waiting:
        sys.meta_path.insert(0, _OnImport(waiting, exercises))


def packages_of(forbidden: Mapping[str, Sequence[str]]) -> set[str]:
    """The packages that these names are in. forbidden: as for `install`."""
    return {name.partition(".")[0] for names in forbidden.values() for name in names}


@functools.cache
def bound_in(package: str) -> dict[int, list[tuple[types.ModuleType, str]]]:
    """Where the loaded modules of a package have the same callable, by its id: as they are when this is first asked.

    To look through all of torch takes as long as many checks, so the template does it for its forks.
    """
    found: dict[int, list[tuple[types.ModuleType, str]]] = {}
    for module in _modules_of({package}):
        for attribute, value in vars(module).items():
            if callable(value):
                found.setdefault(id(value), []).append((module, attribute))
    return {key: places for key, places in found.items() if len(places) > 1}


class Judging:
    """As a context manager: the student's code runs for this exercise, and what it forbids raises. Empty: our own runs.

    No generator, which takes three times as long: each call of the student's is under it.
    """

    __slots__ = ("_before", "_exercise")

    def __init__(self, exercise: str) -> None:
        self._exercise = exercise

    def __enter__(self) -> None:
        self._before, _judged[0] = _judged[0], self._exercise

    def __exit__(self, *_: object) -> None:
        _judged[0] = self._before


def _deepest_loaded(name: str) -> tuple[types.ModuleType | None, list[str]]:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = sys.modules.get(".".join(parts[:length]))
        if isinstance(module, types.ModuleType):
            return module, parts[length:]
    return None, parts


def _guard(module: types.ModuleType, rest: Sequence[str], name: str, exercises: set[str]) -> bool:
    """Put guards in the place of `rest` in `module`, or of all that a whole module offers. Whether it was there."""
    if not rest:
        for attribute, value in list(vars(module).items()):
            if callable(value) and not attribute.startswith("_") and not isinstance(value, type):
                _replace(module, attribute, value, f"{name}.{attribute}", exercises)
        return True
    owner: Any = module
    for part in rest[:-1]:
        owner = _loaded(owner, part)
    value = _loaded(owner, rest[-1])
    if value is None:
        return False
    if isinstance(value, types.ModuleType):
        return _guard(value, (), name, exercises)
    _replace(owner, rest[-1], value, name, exercises)
    return True


def _replace(owner: Any, attribute: str, original: Any, name: str, exercises: set[str]) -> None:
    guard = _guarded(original, name, exercises)
    with contextlib.suppress(AttributeError, TypeError):  # what is written in C cannot be changed
        setattr(owner, attribute, guard)
    if guard is not original:
        _stand_ins[id(original)] = original, guard


def _put_everywhere(packages: Collection[str]) -> None:
    """Put each guard wherever else a module of these packages has what it stands for."""
    for module in _modules_of(packages):
        for attribute in list(vars(module)):
            _put(module, attribute)


def _put(module: types.ModuleType, attribute: str) -> None:
    """Put the guard of what a module has by this name, if there is one, in its place."""
    guard = value = vars(module).get(attribute)
    while (pair := _stand_ins.get(id(guard))) and pair[0] is guard:  # a guard may stand for a guard
        guard = pair[1]
    if guard is not value:
        setattr(module, attribute, guard)


def _modules_of(packages: Collection[str]) -> list[types.ModuleType]:
    loaded = list(sys.modules.items())
    return [each for name, each in loaded if name.partition(".")[0] in packages and isinstance(each, types.ModuleType)]


def _half(module: types.ModuleType) -> bool:
    """Whether a module is still being executed."""
    return bool(getattr(module.__spec__, "_initializing", False))


def _loaded(owner: Any, name: str) -> Any:
    """What is there by this name; None if nothing is yet. SciPy imports a module when its package is asked for it: in
    the midst of another import that would fail, in a way that nobody could explain to a student. A module of a class of
    its own, such as `torch.ops.aten`, only looks a function up."""
    return vars(owner).get(name) if type(owner) is types.ModuleType else getattr(owner, name, None)


def _guarded(original: Any, name: str, exercises: set[str]) -> Any:
    if isinstance(original, type):
        # Guarded where its objects are made, so that isinstance and subclasses go on working.
        made = original.__init__  # type: ignore[misc]  # of this very class, or inherited

        @functools.wraps(made)
        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            _require_allowed(name, exercises)
            if made is not object.__init__:  # which would refuse what __new__ has taken
                made(self, *args, **kwargs)

        with contextlib.suppress(TypeError):  # a class written in C cannot be changed: what stands for it can
            type.__setattr__(original, "__init__", init)
            return original

    if not isinstance(original, type | types.FunctionType | types.BuiltinFunctionType | types.MethodType):
        return _GuardedObject(original, name, exercises)

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        _require_allowed(name, exercises)
        return original(*args, **kwargs)

    return call


class _GuardedObject:
    """Stands for what is called and has methods, too: a ufunc, a distribution of SciPy."""

    def __init__(self, original: Any, name: str, exercises: set[str]) -> None:
        self._original, self._name, self._exercises = original, name, exercises

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        _require_allowed(self._name, self._exercises)
        return self._original(*args, **kwargs)

    def __getattr__(self, attribute: str) -> Any:
        if attribute in ("_original", "_name", "_exercises"):  # while it is being copied it has none of them
            raise AttributeError(attribute)
        _require_allowed(self._name, self._exercises)
        return getattr(self._original, attribute)


def _require_allowed(name: str, exercises: set[str]) -> None:
    if _judged[0] and (_judged[0] in exercises or "*" in exercises):
        raise Forbidden(f"{name} may not be used in {_judged[0]}")


class _OnImport(importlib.abc.MetaPathFinder):
    """Guards what is in a package each time that a part of it has been imported."""

    def __init__(self, waiting: Mapping[str, list[str]], exercises: Mapping[str, set[str]]) -> None:
        self._waiting = waiting
        self._exercises = exercises
        self._guarded: set[str] = set()
        self._searching: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        names = self._waiting.get(fullname.partition(".")[0])
        if not names or fullname in self._searching:
            return None
        for name in names:
            if f"{fullname}.".startswith(f"{name}."):  # the whole module is forbidden
                _require_allowed(name, self._exercises[name])
        self._searching.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._searching.discard(fullname)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return None
        execute = spec.loader.exec_module

        def exec_and_guard(module: types.ModuleType) -> None:
            execute(module)
            before = len(_stand_ins)
            for name in names:
                found, rest = _deepest_loaded(name)
                if name in self._guarded or found is None or (found is not module and (not rest or _half(found))):
                    continue  # done, not there yet, or in what is only half executed and may bind the name once more
                if _guard(found, rest, name, self._exercises[name]):
                    self._guarded.add(name)
            if len(_stand_ins) > before:
                _put_everywhere({fullname.partition(".")[0]})

        spec.loader.exec_module = exec_and_guard  # type: ignore[method-assign]
        return spec
