"""Finds checks that pass whatever the student's code does.

A check that calls the reference instead of the student's code, or ignores the results, passes for everybody, and the
points look earned. Mistakes do not always reveal this, because a mistake that raises fails such a check, too. So the
reference is put in the student's place, and its replies are replaced by other values, in several ways. A check that
judges anything must fail with one of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checking.answers import LiveAnswers
from autograder.checking.declare import Check
from autograder.checking.run import process_seed, run
from autograder.sandbox.child import determinism, protocol
from autograder.sandbox.child.wire import Frame
from autograder.sandbox.namespace import Handle, Namespace
from autograder.sandbox.transports import Answer, Local, Resolve, Transport

_MOST_ARGUMENTS = 16
_SOMETHING_ELSE = "something else"
_NUMBERS = (bool, int, float, complex, np.ndarray, np.generic)

Reply = list[Any]


def is_indifferent(check: Check, answers: LiveAnswers, seed: bytes) -> bool:
    """Whether the check passes however the replies are replaced. seed: of the student's inputs."""
    return all(_passes(check, answers, seed, make) for make in _WAYS)


def _passes(check: Check, answers: LiveAnswers, seed: bytes, way: Callable[[Transport], Transport]) -> bool:
    determinism.seed(process_seed(check, seed))
    student = Namespace(way(Local(answers.names)))
    with answers.deadline(check, "the reference, with other replies,"):
        return run(check, student, answers.reference(check, seed), seed).status == "passed"


class _Replaced:
    """Another transport, with its replies replaced. replace: maps a decoded reply to the one that the check gets.

    What the code passes to a check's callback is replaced, too: the callback also receives replaced values before and
    after the real call, and the code continues with the result of the real one.
    """

    def __init__(self, transport: Transport, replace: Callable[[Reply], Reply]) -> None:
        self._transport, self._replace = transport, replace

    def request(self, frame: Frame, resolve: Resolve, answer: Answer) -> tuple[Frame, Reply]:
        def told(message: Reply) -> Frame:
            self._tell(message, answer)
            result = answer(message)
            self._tell(message, answer)
            return result

        reply, decoded = self._transport.request(frame, resolve, told)
        return reply, self._replace(decoded)

    def _tell(self, message: Reply, answer: Answer) -> None:
        kind, number, args, kwargs = message
        other = [self._replace([protocol.VALUE, value, []])[1] for value in args]
        answer([kind, number, other, {name: self._replace([protocol.VALUE, kwargs[name], []])[1] for name in kwargs}])


class _OtherNumbers:
    """Another value of the same kind and shape, different each time, so that equal replies become unequal."""

    def __init__(self) -> None:
        self._counter = itertools.count(1)

    def __call__(self, value: Any) -> Any:
        step = next(self._counter)
        if isinstance(value, str):
            return f"{value} {step}"
        if not isinstance(value, _NUMBERS) and type(value).__name__ not in ("Tensor", "Parameter"):
            return value
        kind = np.asarray(value).dtype.kind if isinstance(value, _NUMBERS) else _kind_of_tensor(value)
        if kind == "b":
            return not value if isinstance(value, bool) else ~value
        return value + step if kind in "iu" else value * (-1.5 - step) + 0.37 * step


def _kind_of_tensor(tensor: Any) -> str:
    return "f" if tensor.is_floating_point() or tensor.is_complex() else "i" if tensor.element_size() > 1 else "b"


def _replaced(value: Any, other: Callable[[Any], Any]) -> Any:
    """The same lists, tuples, dicts and handles, which a check needs to continue, with other leaves."""
    if isinstance(value, list | tuple):
        return type(value)(_replaced(item, other) for item in value)
    if isinstance(value, dict):
        return {key: _replaced(item, other) for key, item in value.items()}
    return value if isinstance(value, Handle) else other(value)


def _with_leaves(other: Callable[[Any], Any]) -> Callable[[Reply], Reply]:
    def replace(reply: Reply) -> Reply:
        if reply[0] not in (protocol.VALUE, protocol.VALUES):
            return reply
        return [reply[0], _replaced(reply[1], other), reply[2]]

    return replace


def _with_longer_lists(reply: Reply) -> Reply:
    if reply[0] == protocol.VALUE:
        return [reply[0], _longer(reply[1]), reply[2]]
    if reply[0] == protocol.VALUES:  # its length is the number of calls
        return [reply[0], [_longer(value) for value in reply[1]], reply[2]]
    return reply


def _longer(value: Any) -> Any:
    """The value with one more item in each list and dict. A tuple keeps its length, because checks unpack it."""
    if isinstance(value, tuple):
        return tuple(map(_longer, value))
    if isinstance(value, list):
        return [*map(_longer, value), _SOMETHING_ELSE]
    if isinstance(value, dict):
        return {**{key: _longer(item) for key, item in value.items()}, _SOMETHING_ELSE: _SOMETHING_ELSE}
    return value


def _with_changed_arguments(reply: Reply) -> Reply:
    changes = reply[0] in (protocol.VALUE, protocol.VALUES)
    return [reply[0], reply[1], list(range(_MOST_ARGUMENTS))] if changes else reply


def _without_exceptions(reply: Reply) -> Reply:
    return [protocol.VALUE, None, []] if reply[0] == protocol.RAISED else reply


# The ones that change most verdicts come first.
_WAYS: tuple[Callable[[Transport], Transport], ...] = (
    lambda transport: _Replaced(transport, _with_leaves(_OtherNumbers())),
    lambda transport: _Replaced(transport, _with_leaves(lambda value: _SOMETHING_ELSE)),
    lambda transport: _Replaced(transport, _with_longer_lists),
    lambda transport: _Replaced(transport, _with_changed_arguments),
    lambda transport: _Replaced(transport, _without_exceptions),
)
