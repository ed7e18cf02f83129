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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.checking.declare import Check
from autograder.checking.replies import A_HANDLE, MESSAGE, RAISED, Leaves, same_value
from autograder.checking.rules.as_if import as_if
from autograder.checking.rules.calls import ORDINALS, Call, Given, calls, words_of
from autograder.checking.rules.chance import of_draws
from autograder.checking.rules.finding import AS_IF, EXACT, PLACE, SHAPED, Finding
from autograder.checking.rules.items import of_items
from autograder.checking.rules.raised import of_exception
from autograder.checking.rules.relations import of_shape, relations
from autograder.checking.run import Outcome
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import PREVIOUS, Reference
from autograder.sandbox.explain import is_unwritten
from autograder.sandbox.namespace import Namespace, record_of

_MOST_WEIGHT = 8
_MODIFIED = ("modified in place",)
_CHANGED = re.compile(r"changed its argument (\d+) in place")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?:\[(?:'\w+'|\d+)\])*")
_SHAPE_OF = re.compile(r"(?:the )?shape of (.*)", re.IGNORECASE | re.DOTALL)
# What a check's name for a value may begin with without being a name in code.
_WORDS = {"", "result", "the", "a", "an", "what", "each", "every", "its", "it", "row", "entry", "all", "some", "one"}


def findings(
    outcomes: Mapping[Check, Outcome],
    expected: Mapping[Check, Sequence[Leaves]],
    faulty: Collection[str],
    reference: Callable[[Check], Namespace | None] = lambda check: None,
    parameters: Mapping[str, Sequence[str]] | None = None,
) -> dict[Check, Finding]:
    """What is said of these failing checks of one exercise.

    expected: the reference's replies, call by call. faulty: the exercises whose own public checks fail; where a check
    has called another one of them before, its failure may be a consequence, and nothing is said. reference: gives one
    that computes; at home there is none. parameters: as for `calls`.
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
        """Whether the checks about the same value in which this does not hold have more numbers than those in which it
        does: it comes of a special input then, and not of the code."""
        mine = subjects[check]
        if mine is None or it != mine.it or finding.tier == PLACE:
            return False
        balance, own = 0, 2 if finding.tier == SHAPED else 1  # how an error lies is not seen in all arrays
        for other, theirs in subjects.items():
            if theirs is not None and (theirs.about, theirs.is_shape) == (mine.about, mine.is_shape):
                if (finding.name, finding.says) in keys[other]:
                    balance += own * theirs.weight
                elif finding.tier != AS_IF or not any(map(_is_told, found[other])):  # else it has not been tried there
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


def _own_keys(made: Sequence[Call], right: Sequence[Leaves]) -> set[str]:
    """As sentences name them, the keys of dicts that the student's code has chosen.

    A check gives such a dict to the next call, and then they are names of arguments. A sentence that repeats one would
    tell what a hidden check asks. What the statement calls an argument is no such word.
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
    if outcome.student is None or any(call.exercise in faulty and call.exercise != check.exercise for call in made):
        return []  # of the second it may be a consequence
    found = list(_of_check(check, outcome, made, right))
    if any(map(_is_told, found)) or check.random or not made or RAISED in made[-1].gave:
        return found
    namespace = reference(check)
    if namespace is not None:
        call, paths, name = _wrong_call(check, outcome, made, right)
        if call is not None:
            found += [(finding, name) for finding in as_if(namespace, made, call, paths)]
    return found


def _is_told(item: tuple[Finding, str]) -> bool:
    return item[0].tier <= EXACT and not item[0].by_chance


@dataclass(frozen=True)
class _Subject:
    """The wrong value that a check is about.

    it: what sentences call it. about: what it is. weight: how many different numbers are wrong, up to a few, so that
    one large array is not all that counts.
    """

    it: str
    about: str
    is_shape: bool
    weight: int


def _subject(check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]) -> _Subject | None:
    """None if the check is not about numbers, or about random ones."""
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
    """The call that gave the wrong value, where in its result that is, and what it is called."""
    mine = [
        (call, wanted)
        for call, wanted in itertools.zip_longest(made, right)
        if call and call.label == check.exercise and call.kind != protocol.PROBE
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
                return call, [path], _said(path, call)
    return None, [], ""


def _of_check(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """Everything that holds of one failing check, the simplest first, with the words for what it holds of."""
    if made and RAISED in made[-1].gave:
        yield from _of_raised(made[-1], right[len(made) - 1] if len(made) <= len(right) else Leaves())
        return
    if made and all(call.kind == protocol.GET for call in made):
        return  # an answer to a question, which is not to be given away
    own = [call for call in made if call.exercise == check.exercise] or made
    pairs = [pair for pair in zip(made, right, strict=False) if any(pair[0] is call for call in own)]
    yield from ((finding, "the result") for finding in of_draws(check.random, pairs))
    yield from ((finding, "it") for finding in _another_the_second_time(pairs))
    yield from ((finding, "what it returns") for finding in of_items(pairs))
    if check.random:
        return
    if finding := next(_one_for_several(pairs, outcome.message), None):
        yield finding, "it"  # what a check has taken of it, such as the first row, is nothing that it returns
        return
    yield from ((finding, "it") for finding in _exchanged(pairs))
    if outcome.mismatch is not None:
        name, got, expected = outcome.mismatch.name, outcome.mismatch.got, outcome.mismatch.expected
        given = _given(pairs, got, expected)
        of = _SHAPE_OF.match(name)
        is_shape = of is not None or name.endswith("shape")
        found = of_shape(got, expected) if is_shape else relations(got, expected, given)
        yield from ((finding, _name(of[1] if of else name)) for finding in found)
        return
    yield from _of_replies(check, outcome, made, right)


def _of_raised(call: Call, expected: Leaves) -> Iterator[tuple[Finding, str]]:
    """Of a call that ended with an exception."""
    kind, said = call.gave[RAISED], call.gave.get(MESSAGE, "")
    if RAISED in expected and expected[RAISED] != kind:
        says = f"It raises another exception where {expected[RAISED]} is asked for: look at the argument first."
        yield Finding("raises_another_exception", says), "it"
    if RAISED not in expected and not is_unwritten([kind], said):
        yield from ((finding, "it") for finding in of_exception(kind, said, call.given.arrays))


def _one_for_several(pairs: Sequence[tuple[Call, Leaves]], message: str) -> Iterator[Finding]:
    """Where one thing is returned and several are expected."""
    whole = (protocol.VALUE,)
    for call, wanted in pairs:
        count, one = wanted.get((*whole, "length")), call.gave.get(whole)
        if count is None or one is None or call.kind == protocol.PROBE:
            continue
        if isinstance(one, str) and one == A_HANDLE:
            said = "It returns an object where a list or a tuple is expected: is it a generator, made by `yield`?"
            yield Finding("returns_an_object", said)
        elif wanted.at(whole) is Leaves.MISSING or "should return" in message:
            yield Finding("another_count", f"It returns one value where {count} are expected.")


def _exchanged(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """Where the right results are returned in another order; of single numbers it may hold by chance."""
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


def _another_the_second_time(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """Where two calls that are given the same have different results, and should not."""
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


def _are_same(one: Leaves, other: Leaves) -> bool:
    """Whether two calls gave a caller the same, whatever a cache inside holds."""
    shown = [{path for path in gave if path[0] == protocol.VALUE and len(path) < 3} for gave in (one, other)]
    return bool(shown[0]) and shown[0] == shown[1] and all(same_value(one[path], other[path]) for path in shown[0])


def _is_same(a: Any, b: Any) -> bool:
    """Whether two arguments are the same, objects that stayed on their side only if they are one."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_is_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_is_same(a[key], b[key]) for key in a)
    return a is b or same_value(a, b) or (isinstance(a, Reference) and a.kind != PREVIOUS and a == b)


def _name(name: str) -> str:
    """What a check calls a value, without what it says of the inputs: students read it of hidden checks, too."""
    match = _NAME.match(name)
    said = match[0] if match else ""
    return "the result" if said.lower() in _WORDS else f"`{said}`"


def _given(pairs: Sequence[tuple[Call, Leaves]], got: Any, expected: Any) -> Given:
    """What the call was given that returned this value where that one is right; the last one, if it cannot be told."""
    pairs = pairs[-64:]
    for call, wanted in reversed(pairs):
        parts = [path for path, part in call.gave.items() if path[:1] == (protocol.VALUE,) and same_value(got, part)]
        if any(np.ndim(got) or same_value(wanted.at(path), expected) for path in parts):
            return call.given
    return pairs[-1][0].given if pairs else Given()


def _of_replies(
    check: Check, outcome: Outcome, made: Sequence[Call], right: Sequence[Leaves]
) -> Iterator[tuple[Finding, str]]:
    """Of the first call of the exercise whose result is not the reference's."""
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
            yield from _of_raised(call, wanted)
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
                    _said(path[:-1], call),
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
                    yield Finding("returns_none", f"{{it}} is None{why}"), _said(path, call)
                for finding in relations(got, expected, call.given):
                    # What the check has not compared may well differ so: a factor, an order.
                    loose = finding.by_chance or finding.tier == SHAPED
                    yield replace(finding, by_chance=loose), _said(path, call)
                return
    yield from _of_dtypes(zip(made, right, strict=False), check.exercise)


def _of_dtypes(pairs: Iterable[tuple[Call, Leaves]], exercise: str) -> Iterator[tuple[Finding, str]]:
    """Where the numbers are right, and held in whole numbers."""
    for call, wanted in pairs:
        for path, expected in wanted.items():
            got = call.gave.at(path)
            if call.exercise == exercise and path[0] == protocol.VALUE and path[-1] != "length":
                kinds = [np.asarray(untorched(value)).dtype.kind for value in (got, expected)]
                if kinds[0] == "f" and isinstance(expected, int) and not isinstance(expected, bool):
                    said = "{it} is a float where a whole number is wanted: is it divided with `/`?"
                    yield Finding("a_float_for_a_whole_number", said), _said(path, call)
                    return
                if kinds[0] in "biu" and kinds[1] == "f" and np.ndim(expected):
                    said = "{it} holds whole numbers, or truth values, where floats are wanted: what is its dtype?"
                    yield Finding("another_dtype", said), _said(path, call)
                    return


def _missing(path: tuple[Any, ...], gave: Leaves, wanted: Leaves) -> Iterator[tuple[Finding, str]]:
    """Of a part of the result that is not there."""
    if gave.get((protocol.VALUE,), 0) is None:
        yield Finding("returns_none", "It returns None: is a `return` missing, or a branch without one?"), "it"
    elif wanted.get((protocol.VALUE,), 0) is None:
        yield Finding("returns_something", "It returns something where None is expected."), "it"
    elif path == (protocol.VALUE, "length") or (len(path) == 2 and isinstance(path[1], int)):
        count = wanted.get((protocol.VALUE, "length"))
        mine = gave.get((protocol.VALUE, "length"), 1)
        if count is not None and count != mine:
            # A number is a word, too, if it may be any.
            number = f"{mine} value{'s' * (mine != 1)}" if mine <= len(ORDINALS) else "too many values"
            yield Finding("another_count", f"It returns {number} where {count} are expected."), "it"
    elif isinstance(path[-1], str) and path[-1] != "length":
        yield Finding("key_missing", f"What it returns has no `{path[-1]}`: is it stored, under this name?"), "it"


def _said(path: tuple[Any, ...], call: Call) -> str:
    key = next((key for key in reversed(path[1:]) if isinstance(key, str)), path[-1])
    if isinstance(key, str) and len(path) > 1:
        return f"`{key}`"
    if call.kind == protocol.PROBE:
        return "a result"
    return (
        f"the {ORDINALS[key]} value that it returns" if isinstance(key, int) and key < len(ORDINALS) else "the result"
    )
