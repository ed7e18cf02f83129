"""What general rules say of a check that fails where no known mistake matches.

The numbers are the two that a check compared or, where it compared none, the first result in which the student's
replies differ from the reference's. `relations` says what holds between them, `chance` where they are drawn at random,
and an exception is named by what it says. Of several rules that hold, the one that holds in most of the exercise's
failing checks is taken: a length that happens to be 2 is not a factor 2.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.checking.declare import Check
from autograder.checking.replies import MESSAGE, RAISED, Leaves, same_value
from autograder.checking.rules.as_if import as_if
from autograder.checking.rules.calls import ORDINALS, Call, Given, calls
from autograder.checking.rules.chance import of_draws
from autograder.checking.rules.finding import EXACT, PLACE, Finding
from autograder.checking.rules.raised import of_exception
from autograder.checking.rules.relations import of_shape, relations
from autograder.checking.run import Outcome
from autograder.sandbox.child import protocol
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import Namespace, record_of

_MODIFIED = ("modified in place",)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?:\[(?:'\w+'|\d+)\])*")
# What a check's name for a value may begin with without being a name in code.
_WORDS = {"", "result", "the", "a", "an", "what", "each", "every", "its", "it", "row", "entry", "all", "some", "one"}


def findings(
    outcomes: Mapping[Check, Outcome],
    expected: Mapping[Check, Sequence[Leaves]],
    faulty: Collection[str],
    reference: Callable[[Check], Namespace | None] = lambda check: None,
) -> dict[Check, Finding]:
    """What is said of these failing checks of one exercise.

    expected: the reference's replies, call by call. faulty: the exercises whose own public checks fail; where a check
    has called another one of them before, its failure may be a consequence, and nothing is said. reference: gives one
    that computes; at home there is none.
    """
    found = {
        check: _of_check_and_others(check, outcome, expected.get(check, ()), faulty, reference)
        for check, outcome in outcomes.items()
        if outcome.status == "failed"
    }
    held = Counter(key for those in found.values() for key in {(finding.name, finding.says) for finding, _ in those})

    def tier(finding: Finding) -> int:
        return PLACE if finding.by_chance and held[finding.name, finding.says] < 2 else finding.tier

    def order(item: tuple[int, tuple[Finding, str]]) -> tuple[Any, ...]:
        rank, (finding, _) = item
        return tier(finding), -held[finding.name, finding.says], rank

    best = {}
    for check, those in found.items():
        if those:
            _, (finding, it) = min(enumerate(those), key=order)
            says = finding.says.format(it=it)
            best[check] = Finding(finding.name, says[0].upper() + says[1:], tier(finding))
    return best


def _of_check_and_others(
    check: Check,
    outcome: Outcome,
    right: Sequence[Leaves],
    faulty: Collection[str],
    reference: Callable[[Check], Namespace | None],
) -> list[tuple[Finding, str]]:
    """Everything that holds of one failing check; the reference is asked again only where the numbers do not tell."""
    made = calls(record_of(outcome.student)) if outcome.student is not None else []
    if outcome.student is None or any(call.exercise in faulty and call.exercise != check.exercise for call in made):
        return []  # of the second it may be a consequence
    found = list(_of_check(check, outcome, made, right))
    told = any(finding.tier <= EXACT and not finding.by_chance for finding, _ in found)
    if told or check.random or not made or RAISED in made[-1].gave:
        return found
    namespace = reference(check)
    if namespace is not None:
        call, paths, name = _wrong_call(check, outcome, made, right)
        if call is not None:
            found += [(finding, name) for finding in as_if(namespace, made, call, paths)]
    return found


def _wrong_call(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> tuple[Call | None, list[tuple[Any, ...]], str]:
    """The call that gave the wrong value, where in its result that is, and what it is called."""
    mine = [
        (call, wanted) for call, wanted in itertools.zip_longest(made, right) if call and call.label == check.exercise
    ]
    if outcome.mismatch is not None:
        got = outcome.mismatch.got
        for call, _ in reversed(mine):
            paths = [path for path, part in call.gave.items() if path[0] == protocol.VALUE and same_value(got, part)]
            if paths and np.size(got):
                return call, paths[:1], _name(outcome.mismatch.name)
    for call, wanted in mine:
        for path in (wanted or {}) if call.kind == protocol.CALL else ():
            judged = len(path) <= 2 and path[0] == protocol.VALUE and path[-1] != "length"
            if judged and not same_value(call.gave.at(path), wanted[path]):
                return call, [path], _said(path)
    return None, [], ""


def _of_check(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """Everything that holds of one failing check, the simplest first, with the words for what it holds of."""
    if made and RAISED in made[-1].gave:
        last = made[-1]
        expected = right[len(made) - 1] if len(made) <= len(right) else Leaves()
        if RAISED not in expected and not is_unwritten([last.gave[RAISED]], last.gave.get(MESSAGE, "")):
            arrays = Given.of(last.args, last.kwargs).arrays
            yield from (
                (finding, "it") for finding in of_exception(last.gave[RAISED], last.gave.get(MESSAGE, ""), arrays)
            )
        return
    if made and all(call.kind == protocol.GET for call in made):
        return  # an answer to a question, which is not to be given away
    own = [call for call in made if call.exercise == check.exercise] or made
    pairs = [pair for pair in zip(made, right, strict=False) if any(pair[0] is call for call in own)]
    yield from ((finding, "the result") for finding in of_draws(check.random, pairs))
    if check.random:
        return
    yield from ((finding, "it") for finding in _exchanged(pairs))
    if outcome.mismatch is not None:
        name, got, expected = outcome.mismatch.name, outcome.mismatch.got, outcome.mismatch.expected
        found = of_shape(got, expected) if name.endswith("shape") else relations(got, expected, _given(own, got))
        yield from ((finding, _name(name)) for finding in found)
        return
    yield from _of_replies(check, outcome, made, right)


def _exchanged(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """Where the right results are returned in another order."""
    for call, wanted in pairs:
        count = wanted.get((protocol.VALUE, "length"))
        if not isinstance(count, int) or not 2 <= count <= 6 or call.gave.get((protocol.VALUE, "length")) != count:
            continue
        mine = [call.gave.at((protocol.VALUE, i)) for i in range(count)]
        right = [wanted.at((protocol.VALUE, i)) for i in range(count)]
        for i, j in itertools.combinations(range(count), 2):
            if np.ndim(right[i]) and same_value(mine[i], right[j]) and same_value(mine[j], right[i]):
                if not same_value(mine[i], right[i]):
                    yield Finding(
                        "results_exchanged", f"The {ORDINALS[i]} and the {ORDINALS[j]} value returned are exchanged."
                    )
                return


def _name(name: str) -> str:
    """What a check calls a value, without what it says of the inputs: students read it of hidden checks, too."""
    match = _NAME.match(name)
    said = match[0] if match else ""
    return "the result" if said.lower() in _WORDS else f"`{said}`"


def _given(made: Sequence[Call], got: Any) -> Given:
    """What the call was given that returned this value; the last one, if it cannot be told."""
    made = made[-64:]
    for call in reversed(made):
        if any(
            same_value(got, part) for path, part in call.gave.items() if path[:1] == (protocol.VALUE,) and np.ndim(part)
        ):
            return Given.of(call.args, call.kwargs)
    return Given.of(made[-1].args, made[-1].kwargs) if made else Given()


def _of_replies(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """Of the first call of the exercise whose result is not the reference's."""
    if "in place" in outcome.message:
        if any(call.gave.get(_MODIFIED) != wanted.get(_MODIFIED) for call, wanted in zip(made, right, strict=False)):
            yield Finding("changes_an_argument", "An argument is changed in place; work on a copy."), "it"
        return
    for call, wanted in zip(made, right, strict=False):
        if call.exercise != check.exercise:
            continue
        if RAISED in wanted and RAISED not in call.gave:
            yield Finding("does_not_raise", "It returns something where it should raise an exception."), "it"
            return
        whole = (protocol.VALUE,)
        count = wanted.get((*whole, "length"))
        if count is not None and call.gave.get(whole) is not None and wanted.at(whole) is Leaves.MISSING:
            yield Finding("another_count", f"It returns one value where {count} are expected."), "it"
            return
        for path, expected in wanted.items():
            if path[0] != protocol.VALUE or any(isinstance(key, int) for key in path[2:]):
                continue
            got = call.gave.at(path)
            if got is Leaves.MISSING or (path == (protocol.VALUE, "length") and got != expected):
                yield from _missing(path, call.gave, wanted)
                return
            if path[-1] != "length" and np.asarray(got).dtype.kind == "b" != np.asarray(expected).dtype.kind:
                continue
            if not same_value(got, expected):
                if got is None:
                    yield (
                        Finding("returns_none", "{it} is None: is a `return` missing, or a branch without one?"),
                        _said(path),
                    )
                given = Given.of(call.args, call.kwargs)
                yield from ((finding, _said(path)) for finding in relations(got, expected, given))
                return


def _missing(path: tuple[Any, ...], gave: Leaves, wanted: Leaves) -> Iterator[tuple[Finding, str]]:
    """Of a part of the result that is not there."""
    if gave.get((protocol.VALUE,), 0) is None:
        yield Finding("returns_none", "It returns None: is a `return` missing, or a branch without one?"), "it"
    elif path == (protocol.VALUE, "length") or (len(path) == 2 and isinstance(path[1], int)):
        count = wanted.get((protocol.VALUE, "length"))
        mine = gave.get((protocol.VALUE, "length"), 1)
        if count is not None and count != mine:
            yield (
                Finding("another_count", f"It returns {mine} value{'s' * (mine != 1)} where {count} are expected."),
                "it",
            )
    elif isinstance(path[-1], str) and path[-1] != "length":
        yield Finding("key_missing", f"What it returns has no `{path[-1]}`: is it stored, under this name?"), "it"


def _said(path: tuple[Any, ...]) -> str:
    key = path[-1]
    if isinstance(key, int) and key < len(ORDINALS):
        return f"the {ORDINALS[key]} value that it returns"
    return f"`{key}`" if isinstance(key, str) and len(path) > 1 else "the result"
