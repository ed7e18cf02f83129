"""Measures what code earns without doing any of the work: constants, no-ops, replayed recordings, trivial stand-ins.

A check of a property (finite, unchanged, the right shape) passes for much code that computes nothing. So an audit
replaces each exercise with stand-ins: those below, which anybody could write for any exercise with only the release,
and those in `solutions/<id>/standins.py`, written for this assignment.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograder.checking.answers import LiveAnswers
from autograder.checking.declare import Check, StandIn
from autograder.checking.run import PUBLIC_SEED, exercises_in_order, process_seed, run
from autograder.proofs.in_place import judge_ours
from autograder.sandbox.child import determinism
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Answer, Local, Resolve, Transport

MOST_POINTS = 20  # of an assignment's 100, without an honest implementation
MOST_FIXED = 0.2  # of an exercise's points, for checks whose inputs are the same for every student

T = TypeVar("T")


@dataclass(frozen=True)
class Earned:
    """The most that stand-ins earn in one exercise. name: of the best stand-in; checks: those that it passes."""

    exercise: str
    points: float
    of: float
    name: str
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A call of an exercise by a public check at home, with the reference's result."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any


def most_earned(
    checks: Sequence[Check], answers: LiveAnswers, own: Sequence[StandIn], seed: bytes
) -> tuple[Earned, ...]:
    """The most that a stand-in earns in each exercise, with the reference or similar stand-ins for all other exercises.

    own: the assignment's. Checks that take seconds are tried only with these. seed: of the student's inputs.
    """
    points = {name: sum(c.points for c in checks if c.exercise == name) for name in exercises_in_order(checks)}
    cheap = [check for check in checks if not check.costly]
    best = {name: Earned(name, 0.0, of, "", ()) for name, of in points.items() if of}

    def play(tried: Sequence[Check], replaced: Mapping[str, Any], name: str) -> None:
        for exercise, passed in _passed(tried, answers.names | dict(replaced), answers, seed).items():
            earned = sum(passed.values())
            if exercise in replaced and exercise in best and earned > best[exercise].points:
                best[exercise] = Earned(exercise, earned, points[exercise], name, tuple(passed))

    families = {exercise: _family(exercise, cheap, answers) for exercise in best}
    for name in dict.fromkeys(name for family in families.values() for name in family):
        alike = {exercise: family[name] for exercise, family in families.items() if name in family}
        for exercise, implementation in alike.items():
            play([c for c in cheap if c.exercise == exercise], {exercise: implementation}, name)
        play([c for c in cheap if c.exercise in alike], alike, f"{name}, in every exercise")
    for each in own:
        play([c for c in checks if c.exercise == each.exercise], {each.exercise: each.implementation}, each.name)
    together = {each.exercise: each.implementation for each in own}
    if together:
        play([c for c in cheap if c.exercise in together], together, "the last stand-in of each exercise")
    return tuple(best.values())


def fixed_points(checks: Sequence[Check], answers: LiveAnswers, seeds: tuple[bytes, bytes]) -> dict[str, list[Check]]:
    """Exercise -> its checks whose requests and replies do not depend on the student's seed.

    Left out: checks that take seconds, and exercises without arguments, which have only one answer.
    """
    found: dict[str, list[Check]] = {}
    for check in checks:
        definition = answers.names[check.exercise]
        if check.costly or not check.points or not callable(definition) or not _parameters(definition):
            continue
        if _crossing(check, answers, seeds[0]) == _crossing(check, answers, seeds[1]):
            found.setdefault(check.exercise, []).append(check)
    return found


def _crossing(check: Check, answers: LiveAnswers, seed: bytes) -> list[bytes]:
    """All requests to the reference in the student's place, and all its replies."""
    noted = _Noted(Local(answers.names))
    determinism.seed(0)  # the same for both seeds, so that any difference comes from the check
    with answers.deadline(check, "the reference"):
        run(check, Namespace(noted), answers.reference(check, seed), seed)
    return noted.frames


class _Noted:
    """Another transport. frames: all requests and replies."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.frames: list[bytes] = []

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, list[Any]]:
        self.frames.append(frame.to_bytes())
        reply, decoded = self._transport.request(frame, resolve, answer)
        self.frames.append(reply.to_bytes())
        return reply, decoded


def _passed(
    checks: Sequence[Check], names: Mapping[str, Any], answers: LiveAnswers, seed: bytes
) -> dict[str, dict[str, float]]:
    """Exercise -> check -> points earned by these names."""
    results = judge_ours(checks, names, "a stand-in", answers, _Unnamed(answers), seed)
    return {each.name: {c.name: c.points for c in each.checks if c.points} for each in results}


class _Unnamed:
    """The answers without known mistakes, since nobody reads a diagnosis of a stand-in."""

    def __init__(self, answers: LiveAnswers) -> None:
        self.reference, self.expected, self.usual_s = answers.reference, answers.expected, answers.usual_s
        self.parameters = answers.parameters

    def computing(self, check: Check, seed: bytes) -> None:
        return None

    def mistakes(self, check: Check, seed: bytes, names: Collection[str] | None = None) -> Iterator[Any]:
        return iter(())

    def loans(self, check: Check, broken: Collection[str], called: Collection[str] = ()) -> list[dict[str, Any]]:
        return []  # no exercise that others call is done here


# ---- stand-ins that anybody can write -------------------------------------------------------------------------------


def _family(exercise: str, checks: Sequence[Check], answers: LiveAnswers) -> dict[str, Any]:
    """Name -> implementation, made from what a release reveals about the exercise."""
    definition = answers.names[exercise]
    constants: dict[str, Any] = {
        "None": None,
        "0.0": 0.0,
        "1.0": 1.0,
        "True": True,
        "an empty list": [],
        "an empty text": "",
    }
    if not callable(definition):
        return constants
    if inspect.isclass(definition):
        return {
            f"methods that return {name}": _inert(lambda *args, value=value: value) for name, value in constants.items()
        } | {"methods that return their argument": _inert(lambda *args: args[0] if args else None)}
    calls = _calls(exercise, checks, answers)
    made: dict[str, Any] = {f"returns {name}": _constant(value) for name, value in constants.items()}
    for index in range(min(3, len(_parameters(definition)))):
        made[f"returns argument {index}"] = functools.partial(_argument, index)
    made["returns its arguments"] = lambda *args, **kwargs: args
    if calls:
        for name, fill in (("zeros", 0.0), ("ones", 1.0), ("noise", None)):
            made[f"returns {name} of the right shapes"] = functools.partial(_shaped, calls, fill, False)
        made["returns its arguments where the shapes are right"] = functools.partial(_shaped, calls, 0.0, True)
        made["replays the release's recordings"] = functools.partial(_replayed, calls)
    return made


def _parameters(definition: Any) -> list[str]:
    try:
        return list(inspect.signature(definition).parameters)
    except (TypeError, ValueError):  # written in C
        return ["args"]


def _constant(value: Any) -> Callable[..., Any]:
    return lambda *args, **kwargs: copy.copy(value)


def _inert(method: Callable[..., Any]) -> type:
    """A class whose objects accept any arguments and have every method."""

    class Inert:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            pass

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return method(*args)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *args, **kwargs: method(*args)

    return Inert


def _argument(index: int, *args: Any, **kwargs: Any) -> Any:
    given = [*args, *kwargs.values()]
    return given[index] if index < len(given) else None


def _calls(exercise: str, checks: Sequence[Check], answers: LiveAnswers) -> list[Call]:
    """The public checks' calls of the exercise at home."""
    calls: list[Call] = []
    original = answers.names[exercise]

    @functools.wraps(original)
    def noted(*args: Any, **kwargs: Any) -> Any:
        before: tuple[Any, Any] = _copied((args, kwargs))
        result = original(*args, **kwargs)
        calls.append(Call(*before, _copied(result)))
        return result

    for check in checks:
        if check.exercise == exercise and check.public:
            determinism.seed(process_seed(check, PUBLIC_SEED))
            names = answers.names | {exercise: noted}
            with answers.deadline(check, "the reference"):
                run(check, Namespace(Local(names)), answers.reference(check, PUBLIC_SEED), PUBLIC_SEED)
    return calls


def _copied(value: Any) -> Any:
    with contextlib.suppress(Exception):  # a graph or a module of the library cannot be copied, and stays as it is
        return copy.deepcopy(value)
    return value


def _like(calls: Sequence[Call], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Call:
    """The recorded call with arguments of these shapes, else one with as many arguments, else the first."""
    shapes = _shapes([*args, *kwargs.values()])
    for call in calls:
        if _shapes([*call.args, *call.kwargs.values()]) == shapes:
            return call
    return next((call for call in calls if len(call.args) == len(args)), calls[0])


def _shapes(values: Any) -> Any:
    if isinstance(values, list | tuple):
        return tuple(map(_shapes, values))
    if isinstance(values, dict):
        return tuple((key, _shapes(value)) for key, value in values.items())
    return tuple(values.shape) if hasattr(values, "shape") else type(values).__name__


def _shaped(calls: Sequence[Call], fill: float | None, echo: bool, *args: Any, **kwargs: Any) -> Any:
    """The reference's result in a similar call, filled with `fill` or noise, in the shapes of these arguments.

    echo: use an argument of the right shape as the result.
    """
    call = _like(calls, args, kwargs)
    given, then = _arrays([*args, *kwargs.values()]), _arrays([*call.args, *call.kwargs.values()])

    def shaped(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(map(shaped, value)) if type(value) in (list, tuple) else args
        if isinstance(value, dict):
            return {key: shaped(item) for key, item in value.items()}
        if isinstance(value, bool | str | bytes | None):
            return value
        if isinstance(value, int | float | np.number):
            return np.asarray(0.5 if fill is None else fill, np.asarray(value).dtype)[()]
        if not hasattr(value, "shape"):
            return args
        alike = [now for now, before in zip(given, then, strict=False) if before.shape == value.shape]
        if echo and alike:
            return alike[0]
        return _filled(value, tuple(alike[0].shape if alike else value.shape), fill)

    return shaped(call.result)


def _arrays(values: Any) -> list[Any]:
    if isinstance(values, list | tuple):
        return [array for value in values for array in _arrays(value)]
    if isinstance(values, dict):
        return _arrays(list(values.values()))
    return [values] if hasattr(values, "shape") else []


def _filled(like: Any, shape: tuple[int, ...], fill: float | None) -> Any:
    values = np.random.default_rng(0).standard_normal(shape) if fill is None else np.full(shape, fill)
    if isinstance(like, np.ndarray | np.generic):
        return values.astype(like.dtype)
    return sys.modules["torch"].tensor(values, dtype=like.dtype)  # loaded, because `like` is a tensor


def _replayed(calls: Sequence[Call], *args: Any, **kwargs: Any) -> Any:
    """The recorded result of exactly this call, else of the most similar one."""
    key = _key((args, kwargs))
    exact = next((call for call in calls if _key((call.args, call.kwargs)) == key), None)
    return _copied((exact or _like(calls, args, kwargs)).result)


def _key(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, Mapping):
        return tuple((name, _key(item)) for name, item in value.items())
    if hasattr(value, "shape"):
        array = np.asarray(value.detach() if hasattr(value, "detach") else value)
        return (array.shape, array.tobytes())
    return "a function" if callable(value) else repr(value)
