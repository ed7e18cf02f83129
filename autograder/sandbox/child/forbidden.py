"""Library functions that students must write themselves in an exercise: calling one there raises.

A guard replaces the library function, so it is hit however the function is reached: through importlib, sys.modules,
eval, getattr, or another library function that calls it. It replaces every reference to the same function, since
`scipy.stats.norm` is also `scipy.stats.distributions.norm`. A module that is not loaded yet is guarded once it is.
Guards are active only while the student's code runs; the grader's code on this side may use the whole library.

Does not protect against code that extracts the original from a guard; the static search of `rules` or a person reading
the code may find that. A submission can gain the points of this exercise that way, but never an answer.
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

# The exercise whose code runs; empty while our own code runs, and while the submission is loaded.
_judged = [""]
# id of an original -> (original, guard).
_stand_ins: dict[int, tuple[Any, Any]] = {}


class Forbidden(RuntimeError):
    """A call of a library function that the student must write in this exercise."""


def install(forbidden: Mapping[str, Sequence[str]]) -> None:
    """Guard library functions. forbidden: exercise -> dotted names of functions, classes or modules."""
    exercises: dict[str, set[str]] = {}
    for exercise, names in forbidden.items():
        for name in names:
            exercises.setdefault(name, set()).add(exercise)
    waiting: dict[str, list[str]] = {}
    for name in exercises:
        module, rest = _deepest_loaded(name)
        if module is not None and not _guard(module, rest, name, exercises[name]):
            module = None  # the name is in a submodule that is not loaded yet
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
    """The packages of these names. forbidden: as for `install`."""
    return {name.partition(".")[0] for names in forbidden.values() for name in names}


@functools.cache
def bound_in(package: str) -> dict[int, list[tuple[types.ModuleType, str]]]:
    """All places in a package's loaded modules that hold the same callable, by its id, as of the first call.

    Searching all of torch takes as long as many checks, so the template does it for its forks.
    """
    found: dict[int, list[tuple[types.ModuleType, str]]] = {}
    for module in _modules_of({package}):
        for attribute, value in vars(module).items():
            if callable(value):
                found.setdefault(id(value), []).append((module, attribute))
    return {key: places for key, places in found.items() if len(places) > 1}


class Judging:
    """A context manager: the student's code runs for this exercise, whose guards are active. Empty: our own code runs.

    A class, since a generator takes three times as long, and each call of the student's code is in one.
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
    """Replace `rest` in `module`, or all public functions of a module, with guards. Returns whether it was there."""
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
    with contextlib.suppress(AttributeError, TypeError):  # objects written in C cannot be changed
        setattr(owner, attribute, guard)
    if guard is not original:
        _stand_ins[id(original)] = original, guard


def _put_everywhere(packages: Collection[str]) -> None:
    """Put the guards in all places of these packages' modules that hold the originals."""
    for module in _modules_of(packages):
        for attribute in list(vars(module)):
            _put(module, attribute)


def _put(module: types.ModuleType, attribute: str) -> None:
    """If this attribute of a module has a guard, replace it with the guard."""
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
    """The attribute if it is there already, else None. SciPy imports a submodule when its package is asked for it; in
    the middle of another import, that would fail in a way that a student could not understand. A module of a special
    class, such as `torch.ops.aten`, only looks up a function."""
    return vars(owner).get(name) if type(owner) is types.ModuleType else getattr(owner, name, None)


def _guarded(original: Any, name: str, exercises: set[str]) -> Any:
    if isinstance(original, type):
        # A class is guarded where its objects are made, so that isinstance and subclasses still work.
        made = original.__init__  # type: ignore[misc]  # of this class, or inherited

        @functools.wraps(made)
        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            _require_allowed(name, exercises)
            if made is not object.__init__:  # it would reject the arguments of __new__
                made(self, *args, **kwargs)

        with contextlib.suppress(TypeError):  # a class written in C cannot be changed, so a function replaces it below
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
    """Replaces an object that is callable and also has methods, such as a ufunc or a distribution of SciPy."""

    def __init__(self, original: Any, name: str, exercises: set[str]) -> None:
        self._original, self._name, self._exercises = original, name, exercises

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        _require_allowed(self._name, self._exercises)
        return self._original(*args, **kwargs)

    def __getattr__(self, attribute: str) -> Any:
        if attribute in ("_original", "_name", "_exercises"):  # while it is being copied, they are not set
            raise AttributeError(attribute)
        _require_allowed(self._name, self._exercises)
        return getattr(self._original, attribute)


def _require_allowed(name: str, exercises: set[str]) -> None:
    if _judged[0] and (_judged[0] in exercises or "*" in exercises):
        raise Forbidden(f"{name} may not be used in {_judged[0]}")


class _OnImport(importlib.abc.MetaPathFinder):
    """Guards the contents of a package each time that a part of it was imported."""

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
                    continue  # done, not there yet, or in a module that is half executed and may bind the name again
                if _guard(found, rest, name, self._exercises[name]):
                    self._guarded.add(name)
            if len(_stand_ins) > before:
                _put_everywhere({fullname.partition(".")[0]})

        spec.loader.exec_module = exec_and_guard  # type: ignore[method-assign]
        return spec
