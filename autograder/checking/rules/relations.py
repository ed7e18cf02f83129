"""Relations between a wrong array and the right one: a factor, an order, a missing term, an axis too many.

Each rule is a test of the numbers. Its sentence states what it found in them, so it is true whatever the code is. If no
rule matches, nothing is said. Sentences name axes and arguments, never their sizes or values, because students read
them for hidden checks, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.compare import rounding
from autograder.checking.rules.calls import MOST, Given
from autograder.checking.rules.factors import constants, elementwise, masks, multiples, same_along_an_axis, steps, terms
from autograder.checking.rules.finding import EXACT, PLACE, SHAPED, Finding
from autograder.checking.rules.orders import orders, running, signs, sums
from autograder.checking.rules.pair import Array, Pair, every
from autograder.checking.rules.places import at_the_label, nearly, offsets, pieces, places, weakly
from autograder.checking.rules.shapes import of_shapes
from autograder.checking.rules.single import single
from autograder.checking.values import is_a_fraction, untorched

_EXP_OVERFLOWS = 709  # above this, exp of a float64 is infinite


def relations(got: Any, expected: Any, given: Given) -> Iterator[Finding]:
    """Relations between two values that should be equal, simplest first; none for values that are not numeric."""
    a, e = _numbers(got), _numbers(expected)
    if a is None or e is None or max(a.size, e.size) > MOST or not e.size:
        return
    coarse = rounding(untorched(got)) or rounding(untorched(expected))
    with np.errstate(all="ignore"):
        whole = a.dtype.kind in "biu"
        counted = whole and e.dtype.kind in "iu"
        pair = Pair(a.astype(float), e.astype(float), given, coarse, whole and e.dtype.kind == "f", counted=counted)
        if a.shape != e.shape:
            yield from of_shapes(pair)
        elif e.dtype.kind == "b":
            yield from _of_truths(pair)
        elif not (np.isfinite(a).all() and np.isfinite(e).all()):
            yield from _not_finite(pair)
        else:
            yield from _of_values(pair)


def of_shape(got: Any, expected: Any) -> Iterator[Finding]:
    """Relations between two shapes, for checks that compare shapes."""
    try:
        a, e = (np.broadcast_to(0.0, tuple(map(int, shape))) for shape in (got, expected))
    except (TypeError, ValueError):
        return
    if a.shape != e.shape:
        yield from of_shapes(Pair(a, e, Given(), shapes_only=True))


def _numbers(value: Any) -> Array | None:
    value = untorched(value)
    if value is None or isinstance(value, str | bytes | dict):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None


def _of_values(pair: Pair) -> Iterator[Finding]:
    if not pair.wrong.any():
        return  # too close for a rule to tell the difference
    a, e = pair.got, pair.expected
    plain = e.size == 1 and is_a_fraction(a.item()) and is_a_fraction(e.item())  # such numbers have many relations
    for tier, rules in _RULES.items():
        for rule in rules:
            for finding in rule(pair):
                by_chance = finding.by_chance or plain
                yield replace(finding, tier=max(tier, finding.tier), by_chance=by_chance)


_RULES: dict[int, tuple[Callable[[Pair], Iterator[Finding]], ...]] = {
    EXACT: (
        constants,
        multiples,
        orders,
        sums,
        masks,
        steps,
        terms,
        elementwise,
        signs,
        same_along_an_axis,
        running,
        single,
        pieces,
    ),
    SHAPED: (at_the_label, places, offsets, nearly),
    PLACE: (weakly,),
}


def _not_finite(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    bad = ~np.isfinite(a) & np.isfinite(e)
    if not bad.any():
        if (np.isfinite(a) & ~np.isfinite(e)).any():
            yield Finding("finite_for_infinite", "{it} is finite where it should not be.", PLACE)
        elif (np.isinf(a) & np.isinf(e) & (a != e)).any():
            yield Finding("infinite_of_other_sign", "{it} is infinite, and has the wrong sign.", PLACE)
        return
    what = "nan" if np.isnan(a[bad]).all() else "infinite" if np.isinf(a[bad]).all() else "nan or infinite"
    extreme = any(np.max(np.abs(given)) > _EXP_OVERFLOWS for given in pair.given.arrays.values())
    for words, given in pair.given.arrays.items():
        if not np.isfinite(given).all():
            continue
        there = given[bad] if given.shape == a.shape and bad.any() else given  # the entries behind the non-finite ones
        large, name = float(np.max(there)), f"{what.replace(' ', '_')}"
        if given.shape == a.shape and not bad.all():
            if (bad == (given == 0)).all():
                yield Finding(
                    f"{name}_at_zero", f"{{it}} is {what} exactly where {words} is 0: a division or log of 0."
                )
            if (bad == (given < 0)).all() and not extreme:
                yield Finding(
                    f"{name}_below_zero", f"{{it}} is {what} exactly where {words} is negative: a root or a log."
                )
        if large > _EXP_OVERFLOWS:
            yield Finding(
                f"{name}_by_overflow",
                f"{{it}} is {what}: {words} has entries so large that exp of them overflows.",
            )
        elif float(np.min(there)) < -_EXP_OVERFLOWS:
            yield Finding(
                f"{name}_by_underflow",
                f"{{it}} is {what}: {words} has entries so negative that exp of them is 0, or overflows with the other "
                "sign. What is divided by it, or has its log taken?",
            )
    for words, given in pair.given.arrays.items():
        if given.dtype.kind == "f" and given.size > 1 and (given == 0).any():
            yield Finding(
                f"{what.replace(' ', '_')}", f"{{it}} is {what}, and {words} has zeros: is something divided by them?"
            )
        elif given.ndim and given.size > 1 and (np.ptp(given, axis=0) == 0).any():
            yield Finding(
                f"{what.replace(' ', '_')}_without_spread",
                f"{{it}} is {what}, and {words} does not vary along axis 0: is something divided by a spread of 0?",
            )
    which = "everywhere" if bad.all() else "in some places"
    yield Finding(
        what.replace(" ", "_"),
        f"{{it}} is {what} {which}: what is divided by 0, grows too large, or has the log or root of what it cannot?",
    )


def _of_truths(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got != 0, pair.expected != 0
    if (a == ~e).all():
        if e.size > 3 and e.any() and not e.all():  # with fewer, it may be chance
            yield Finding("negated", f"{every(pair)} turned round: true for false, and false for true.")
    elif e.size > 1 and not a.any():
        yield Finding("never_true", "No value of {it} is true, where some should be: what makes one true?")
    elif e.size > 1 and a.all():
        yield Finding("always_true", "Every value of {it} is true, where some should not be: what makes one false?")
    elif (e | ~a).all():
        yield Finding("too_seldom_true", "What {it} says is true is so; it misses some.", PLACE)
    elif (a | ~e).all():
        yield Finding("too_often_true", "What {it} says is false is so; it says true too often.", PLACE)
