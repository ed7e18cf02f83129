"""Applies general rules to failing checks that no known mistake explains.

The rules compare two values: the two that the check compared or, if it compared none, the first result in which the
student's replies differ from the reference's. `relations` finds relations between numbers, `chance` between random
draws; an exception is described by its message. If several rules match, the one that matches in most of the exercise's
failing checks wins: an axis that happens to have length 2 is not a factor of 2.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checking.compare import may_be_array
from autograder.checking.declare import Check
from autograder.checking.replies import RAISED, Leaves, same_value
from autograder.checking.rules.as_if import as_if
from autograder.checking.rules.calls import Call, Given, calls
from autograder.checking.rules.chance import of_draws
from autograder.checking.rules.finding import AS_IF, EXACT, PLACE, SHAPED, Finding
from autograder.checking.rules.items import of_items
from autograder.checking.rules.relations import of_shape, relations
from autograder.checking.rules.returned import (
    THAT_DRAW,
    another_the_second_time,
    exchanged,
    of_raised,
    of_replies,
    one_for_several,
    said_of,
)
from autograder.checking.run import Outcome
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.namespace import Handle, Namespace, record_of

_MOST_WEIGHT = 8
_ONE_OFF = "one_off_in_length"
_OF_PLACES = {"another_mask", "another_order"}
_SEEDS = {"`seed`", "`rng`"}
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?:\[(?:'\w+'|\d+)\])*")
_SHAPE_OF = re.compile(r"(?:the )?shape of (.*)", re.IGNORECASE | re.DOTALL)
# Words at the beginning of a check's name for a value that are not names in code.
_WORDS = {"", "result", "the", "a", "an", "what", "each", "every", "its", "it", "row", "entry", "all", "some", "one"}


def findings(
    outcomes: Mapping[Check, Outcome],
    expected: Mapping[Check, Sequence[Leaves]],
    faulty: Collection[str],
    reference: Callable[[Check], Namespace | None] = lambda check: None,
    parameters: Mapping[str, Sequence[str]] | None = None,
) -> dict[Check, Finding]:
    """The rules' findings for these failing checks of one exercise.

    expected: the reference's replies, by call. faulty: the exercises whose own public checks fail. If a check called
    one of these (not its own), its failure may be a consequence, and there is no finding. reference: returns one
    that can compute; None at home. parameters: as for `calls`.
    """
    failed = {check: outcome for check, outcome in outcomes.items() if outcome.status == "failed"}
    made = {
        check: calls(record_of(outcome.student), parameters) if outcome.student is not None else []
        for check, outcome in failed.items()
    }
    found = {
        check: _of_check_and_others(check, outcome, made[check], expected.get(check, ()), faulty, reference)
        for check, outcome in failed.items()
    }
    keys = {check: {(finding.name, finding.says) for finding, _ in those} for check, those in found.items()}
    held = Counter(key for those in keys.values() for key in those)
    subjects = {
        check: _subject(check, outcome, made[check], expected.get(check, ())) for check, outcome in failed.items()
    }

    def contradicted(check: Check, finding: Finding, it: str) -> bool:
        """Whether the finding fails in other checks of the same value that together contain more numbers than those in
        which it is true. It is then due to a special input, not to the code."""
        mine = subjects[check]
        if mine is None or it != mine.it or finding.tier == PLACE:
            return False
        if finding.name == _ONE_OFF and any(
            theirs is not None and theirs.about == mine.about and _otherwise_off(finding, found[other])
            for other, theirs in subjects.items()
        ):
            return True
        balance, own = 0, 2 if finding.tier == SHAPED else 1  # how an error lies is not seen in all arrays
        for other, theirs in subjects.items():
            if theirs is not None and (theirs.about, theirs.is_shape) == (mine.about, mine.is_shape):
                if (finding.name, finding.says) in keys[other]:
                    balance += own * theirs.weight
                elif finding.tier != AS_IF or not any(map(_is_told, found[other])):  # otherwise it was not tried there
                    balance -= theirs.weight
        return balance < 0

    def order(item: tuple[int, tuple[Finding, str]]) -> tuple[Any, ...]:
        rank, (finding, _) = item
        return finding.tier, -held[finding.name, finding.says], rank

    best = {}
    for check, those in found.items():
        own = _own_keys(made[check], expected.get(check, ()))
        sure = [
            (finding, it)
            for finding, it in those
            if not (finding.by_chance and held[finding.name, finding.says] < 2)
            and not any(key in finding.says for key in own)
            and not contradicted(check, finding, it)
        ]
        if sure:
            _, (finding, it) = min(enumerate(sure), key=order)
            says = finding.says.format(it=it)
            best[check] = Finding(finding.name, says[0].upper() + says[1:], finding.tier)
    return best


def _otherwise_off(finding: Finding, others: Sequence[tuple[Finding, str]]) -> bool:
    """Whether the length is off by one in another direction, or along another axis, where these hold."""
    return any(other.name == _ONE_OFF and other.says != finding.says for other, _ in others)


def _own_keys(made: Sequence[Call], right: Sequence[Leaves]) -> set[str]:
    """The keys of dicts that the student's code has chosen, as sentences quote them.

    A check passes such a dict to the next call, where the keys become names of arguments. A sentence that repeats one
    could reveal what a hidden check passes. The statement's names of arguments are excepted.
    """
    mine, theirs = (
        {key for gave in replies for path in gave for key in path[1:] if isinstance(key, str)}
        for replies in ([call.gave for call in made], right)
    )
    return {f"`{key}`" for key in mine - theirs - {name for call in made for name in call.parameters}}


def _of_check_and_others(
    check: Check,
    outcome: Outcome,
    made: Sequence[Call],
    right: Sequence[Leaves],
    faulty: Collection[str],
    reference: Callable[[Check], Namespace | None],
) -> list[tuple[Finding, str]]:
    """Everything that holds of one failing check; the reference is asked again only where the numbers do not tell."""
    if (
        outcome.student is None
        or outcome.waits
        or any(call.exercise in faulty and call.exercise != check.exercise for call in made)
    ):
        return []  # of the second it may be a consequence
    found = list(_of_check(check, outcome, made, right))
    if any(map(_draws, made)):  # what is drawn in another way has other places, and is not laid out wrongly
        found = [item for item in found if item[0].name not in _OF_PLACES]
    if any(map(_is_told, found)) or check.random or not made or RAISED in made[-1].gave:
        return found
    namespace = reference(check)
    if namespace is not None:
        call, paths, name = _wrong_call(check, outcome, made, right)
        if call is not None:
            found += [(finding, name) for finding in as_if(namespace, made, call, paths)]
    return found


def _draws(call: Call) -> bool:
    """Whether a call is given something to draw from."""
    given = [*call.args, *call.kwargs.values()]
    objects = (each.reference for each in given if isinstance(each, Handle))
    return not _SEEDS.isdisjoint(call.given.numbers) or any(each.type_name in THAT_DRAW for each in objects)


def _is_told(item: tuple[Finding, str]) -> bool:
    return item[0].tier <= EXACT and not item[0].by_chance


@dataclass(frozen=True)
class _Subject:
    """The wrong value that a check is about.

    it: its name in sentences. about: identifies it. weight: the number of different wrong numbers, up to a small limit,
    so that one large array does not outweigh everything.
    """

    it: str
    about: str
    is_shape: bool
    weight: int


def _subject(check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]) -> _Subject | None:
    """The subject; None if the check is not about numbers, or about random ones."""
    if check.random or (made and RAISED in made[-1].gave):
        return None
    if outcome.mismatch is not None:
        of = _SHAPE_OF.match(outcome.mismatch.name)
        called = of[1] if of else outcome.mismatch.name
        it = _name(called)
        about = it if it.startswith("`") else " ".join(called.split()[:2]).lower()
        return _subject_of(it, about, outcome.mismatch.got, outcome.mismatch.expected)
    call, paths, name = _wrong_call(check, outcome, made, right)
    wanted = next((w for each, w in zip(made, right, strict=False) if each is call), None)
    return _subject_of(name, name, call.gave.at(paths[0]), wanted.at(paths[0])) if call and wanted is not None else None


def _subject_of(it: str, about: str, got: Any, expected: Any) -> _Subject | None:
    try:
        a, e = (np.asarray(untorched(each)) for each in (got, expected))
    except ValueError:
        return None
    if a.dtype.kind not in "iuf" or e.dtype.kind not in "iuf":
        return None
    if a.shape != e.shape:
        return _Subject(it, about, True, 1)
    wrong = ~np.isclose(a, e, rtol=1e-6) & np.isfinite(a)
    return _Subject(it, about, False, min(len(np.unique(np.round(e[wrong], 9))), _MOST_WEIGHT)) if wrong.any() else None


def _wrong_call(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> tuple[Call | None, list[tuple[Any, ...]], str]:
    """The call that returned the wrong value, the value's paths in its result, and its name."""
    mine = [
        (call, wanted)
        for call, wanted in itertools.zip_longest(made, right)
        if call and call.label == check.exercise and call.kind != protocol.PROBE
    ]
    if outcome.mismatch is not None:
        got = _at_once(outcome.mismatch.got)
        for call, _ in reversed(mine):
            paths = [path for path, part in call.gave.items() if path[0] == protocol.VALUE and same_value(got, part)]
            if paths and np.size(got):
                return call, paths[:1], _name(outcome.mismatch.name)
    for call, wanted in mine:
        for path in (wanted or {}) if call.kind == protocol.CALL else ():
            judged = len(path) <= 2 and path[0] == protocol.VALUE and path[-1] != "length"
            if judged and not same_value(call.gave.at(path), wanted[path]):
                return call, [path], said_of(path, call)
    return None, [], ""


def _of_check(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """Everything true of one failing check, simplest first, with the name of the value that it is about."""
    if made and RAISED in made[-1].gave:
        wanted = right[len(made) - 1] if len(made) <= len(right) else Leaves()
        yield from of_raised(made[-1], wanted, outcome.message)
        return
    if made and all(call.kind == protocol.GET for call in made):
        return  # the answer to a question, which must not be given away
    own = [call for call in made if call.exercise == check.exercise] or made
    pairs = [pair for pair in zip(made, right, strict=False) if any(pair[0] is call for call in own)]
    yield from ((finding, "the result") for finding in of_draws(check.random, pairs))
    yield from ((finding, "it") for finding in another_the_second_time(pairs))
    yield from ((finding, "what it returns") for finding in of_items(pairs))
    if check.random:
        return
    if finding := next(one_for_several(pairs, outcome.message), None):
        yield finding, "it"  # a part that a check extracted, such as the first row, is not what the function returns
        return
    yield from ((finding, "it") for finding in exchanged(pairs))
    if outcome.mismatch is not None:
        name, got, expected = outcome.mismatch.name, outcome.mismatch.got, outcome.mismatch.expected
        given = _given(pairs, got, expected)
        of = _SHAPE_OF.match(name)
        is_shape = of is not None or name.endswith("shape")
        found = of_shape(got, expected) if is_shape else relations(got, expected, given)
        yield from ((finding, _name(of[1] if of else name)) for finding in found)
        return
    yield from of_replies(check, outcome, made, right)


def _name(name: str) -> str:
    """A check's name for a value, without what it says about the inputs, since students read it for hidden checks."""
    match = _NAME.match(name)
    said = match[0] if match else ""
    return "the result" if said.lower() in _WORDS else f"`{said}`"


def _at_once(value: Any) -> Any:
    """The value as an array where it is a list, which is else made one for each part that it is compared with.

    What cannot be an array of numbers is like no part: with text in it each item would be as long as the longest.
    """
    if not isinstance(value, list | tuple):
        return value
    try:
        return np.asarray([untorched(item) for item in value]) if may_be_array(value) else Leaves.MISSING
    except (ValueError, TypeError, OverflowError):
        return Leaves.MISSING


def _given(pairs: Sequence[tuple[Call, Leaves]], got: Any, expected: Any) -> Given:
    """The arguments of the call that returned `got` instead of `expected`; of the last call if that is ambiguous."""
    pairs = pairs[-64:]
    got = _at_once(got)
    for call, wanted in reversed(pairs):
        parts = [path for path, part in call.gave.items() if path[:1] == (protocol.VALUE,) and same_value(got, part)]
        if any(np.ndim(got) or same_value(wanted.at(path), expected) for path in parts):
            return call.given
    return pairs[-1][0].given if pairs else Given()
