"""What the calls of a failing check show apart from the numbers.

An exception, a wrong number of results, exchanged results, a missing part, a modified argument.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.declare import Check
from autograder.checking.replies import A_HANDLE, MESSAGE, RAISED, Leaves, same_value
from autograder.checking.rules.calls import ORDINALS, Call, words_of
from autograder.checking.rules.finding import SHAPED, Finding
from autograder.checking.rules.raised import of_exception
from autograder.checking.rules.relations import relations
from autograder.checking.run import Outcome
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import PREVIOUS, Reference
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import Handle

_MODIFIED = ("modified in place",)
_CHANGED = re.compile(r"changed its argument (\d+) in place")


_ANOTHERS_RAISE = re.compile(r"line \d+: `(?!raise\b)")
_LAZY = ("generator", "map", "filter", "zip")
_AN_OBJECT = Finding(
    "returns_an_object",
    "It returns an object where a list or a tuple is expected: is it a generator, made by `yield`?",
)


def of_raised(call: Call, expected: Leaves, message: str) -> Iterator[tuple[Finding, str]]:
    """Of a call that ended with an exception. message: of the check, with the line that raised."""
    kind, said = call.gave[RAISED], call.gave.get(MESSAGE, "")
    if call.kind == protocol.METHOD and call.exercise in _LAZY:
        yield _AN_OBJECT, "it"  # the check has asked it for what a list has
        return
    if RAISED in expected and expected[RAISED] != kind:
        says = f"It raises another exception where {expected[RAISED]} is asked for: look at the argument first."
        yield Finding("raises_another_exception", says), "it"
    if RAISED not in expected and not is_unwritten([kind], said):
        own = _ANOTHERS_RAISE.search(message) is None
        yield from ((finding, "it") for finding in of_exception(kind, said, call.given.arrays, by_itself=own))


def one_for_several(pairs: Sequence[tuple[Call, Leaves]], message: str) -> Iterator[Finding]:
    """One value is returned, and several are expected."""
    whole = (protocol.VALUE,)
    for call, wanted in pairs:
        count, one = wanted.get((*whole, "length")), call.gave.get(whole)
        if count is None or one is None or call.kind == protocol.PROBE:
            continue
        if isinstance(one, str) and one == A_HANDLE:
            yield _AN_OBJECT
        elif wanted.at(whole) is Leaves.MISSING or "should return" in message:
            yield Finding("another_count", f"It returns one value where {count} are expected.")


def exchanged(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """The right results are returned in another order. With single numbers, this may be a coincidence."""
    for call, wanted in pairs:
        count = wanted.get((protocol.VALUE, "length"))
        if not isinstance(count, int) or not 2 <= count <= 6 or call.gave.get((protocol.VALUE, "length")) != count:
            continue
        if call.kind == protocol.PROBE:
            continue
        mine = [call.gave.at((protocol.VALUE, i)) for i in range(count)]
        right = [wanted.at((protocol.VALUE, i)) for i in range(count)]
        for i, j in itertools.combinations(range(count), 2):
            numbers = not np.ndim(right[i])
            if isinstance(right[i], bool) or not (same_value(mine[i], right[j]) and same_value(mine[j], right[i])):
                continue
            rest = all(same_value(mine[k], right[k]) for k in range(count) if k not in (i, j))
            if not same_value(mine[i], right[i]) and (rest or not numbers):
                said = f"The {ORDINALS[i]} and the {ORDINALS[j]} value returned are exchanged."
                yield Finding("results_exchanged", said, by_chance=numbers)
            return


def another_the_second_time(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """Two calls with the same arguments have different results, and should not."""
    for i, (call, wanted) in enumerate(pairs):
        if not call.args or call.kind != protocol.CALL or RAISED in call.gave:
            continue
        for earlier, right in pairs[:i]:
            same = earlier.label == call.label and _is_same([earlier.args, earlier.kwargs], [call.args, call.kwargs])
            if same and _are_same(right, wanted) and not _are_same(earlier.gave, call.gave):
                yield Finding(
                    "another_the_second_time",
                    "Called again with the same arguments it gives another result: what does a call change or keep, "
                    "and is anything drawn from elsewhere?",
                )
                return


THAT_DRAW = ("Generator", "RandomState")  # each call takes them further


def _are_same(one: Leaves, other: Leaves) -> bool:
    """Whether two calls returned the same to their caller, apart from the contents of a cache."""
    shown = [{path for path in gave if path[0] == protocol.VALUE and len(path) < 3} for gave in (one, other)]
    return bool(shown[0]) and shown[0] == shown[1] and all(same_value(one[path], other[path]) for path in shown[0])


def _is_same(a: Any, b: Any) -> bool:
    """Whether two arguments are the same. Objects on the student's side must be identical, and not draw numbers."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_is_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_is_same(a[key], b[key]) for key in a)
    if isinstance(a, Handle) and isinstance(b, Handle):
        a, b = a.reference, b.reference
    if isinstance(a, Reference):
        return a.kind != PREVIOUS and a.type_name not in THAT_DRAW and a == b
    if isinstance(a, int):  # two seeds that follow each other are no rounding
        return type(a) is type(b) and a == b
    return a is b or same_value(a, b)


def of_replies(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """For the first call of the exercise whose result is not the reference's."""
    changed = (call.gave.get(_MODIFIED) != wanted.get(_MODIFIED) for call, wanted in zip(made, right, strict=False))
    which = _CHANGED.search(outcome.message)
    if which or ("in place" in outcome.message and any(changed)):
        named = own[0].parameters if (own := [call for call in made if call.exercise == check.exercise]) else ()
        it = words_of(int(which[1]) - 1, named) if which and int(which[1]) <= len(named) else "an argument"
        yield Finding("changes_an_argument", "{it} is changed in place; work on a copy."), it
        return
    for call, wanted in zip(made, right, strict=False):
        if call.exercise != check.exercise:
            continue
        if RAISED in wanted and RAISED not in call.gave:
            yield Finding("does_not_raise", "It returns something where it should raise an exception."), "it"
            return
        if RAISED in call.gave and RAISED not in wanted:  # and then the check has put something back
            yield from of_raised(call, wanted, outcome.message)
            return
        for path, expected in wanted.items():
            if path[0] != protocol.VALUE or any(isinstance(key, int) for key in path[2:]):
                continue
            got = call.gave.at(path)
            if got is Leaves.MISSING or (path == (protocol.VALUE, "length") and got != expected):
                yield from _missing(path, call.gave, wanted) if call.kind != protocol.PROBE else ()
                return
            if path[-1] == "length" and got != expected:
                few = "few" if got < expected else "many"
                yield (
                    Finding("another_length_of_a_list", f"{{it}} has too {few} items: is there one for each?"),
                    said_of(path[:-1], call),
                )
                return
            if path[-1] != "length" and np.asarray(got).dtype.kind == "b" != np.asarray(expected).dtype.kind:
                continue
            if not same_value(got, expected):
                if got is None and call.kind != protocol.PROBE:
                    why = (
                        ": is a `return` missing, or a branch without one?"
                        if len(path) == 1
                        else ", and should not be."
                    )
                    yield Finding("returns_none", f"{{it}} is None{why}"), said_of(path, call)
                for finding in relations(got, expected, call.given):
                    # The check did not compare this value, which may therefore differ by a factor or in its order.
                    loose = finding.by_chance or finding.tier == SHAPED
                    yield replace(finding, by_chance=loose), said_of(path, call)
                return
    yield from _of_dtypes(zip(made, right, strict=False), check.exercise)


def _of_dtypes(pairs: Iterable[tuple[Call, Leaves]], exercise: str) -> Iterator[tuple[Finding, str]]:
    """The numbers are right, but stored as integers."""
    for call, wanted in pairs:
        for path, expected in wanted.items():
            got = call.gave.at(path)
            if call.exercise == exercise and path[0] == protocol.VALUE and path[-1] != "length":
                kinds = [np.asarray(untorched(value)).dtype.kind for value in (got, expected)]
                if kinds[0] == "f" and isinstance(expected, int) and not isinstance(expected, bool):
                    said = "{it} is a float where a whole number is wanted: is it divided with `/`?"
                    yield Finding("a_float_for_a_whole_number", said), said_of(path, call)
                    return
                if kinds[0] in "biu" and kinds[1] == "f" and np.ndim(expected):
                    said = "{it} holds whole numbers, or truth values, where floats are wanted: what is its dtype?"
                    yield Finding("another_dtype", said), said_of(path, call)
                    return


def _missing(path: tuple[Any, ...], gave: Leaves, wanted: Leaves) -> Iterator[tuple[Finding, str]]:
    """For a missing part of the result."""
    if gave.get((protocol.VALUE,), 0) is None:
        yield Finding("returns_none", "It returns None: is a `return` missing, or a branch without one?"), "it"
    elif wanted.get((protocol.VALUE,), 0) is None:
        yield Finding("returns_something", "It returns something where None is expected."), "it"
    elif path == (protocol.VALUE, "length") or (len(path) == 2 and isinstance(path[1], int)):
        count = wanted.get((protocol.VALUE, "length"))
        mine = gave.get((protocol.VALUE, "length"), 1)
        if count is not None and count != mine:
            # An arbitrary number could convey a message, so only small ones are repeated.
            number = f"{mine} value{'s' * (mine != 1)}" if mine <= len(ORDINALS) else "too many values"
            yield Finding("another_count", f"It returns {number} where {count} are expected."), "it"
    elif len(path) > 1 and isinstance(path[-1], str) and path[-1] != "length":
        yield Finding("key_missing", f"What it returns has no `{path[-1]}`: is it stored, under this name?"), "it"


def said_of(path: tuple[Any, ...], call: Call) -> str:
    key = next((key for key in reversed(path[1:]) if isinstance(key, str)), path[-1])
    if isinstance(key, str) and len(path) > 1:
        return f"`{key}`"
    if call.kind == protocol.PROBE:
        return "a result"
    return (
        f"the {ORDINALS[key]} value that it returns" if isinstance(key, int) and key < len(ORDINALS) else "the result"
    )
