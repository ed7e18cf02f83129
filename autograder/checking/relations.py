"""What a wrong array has to do with the right one: a factor, an order, a missing term, an axis too many.

Each rule is a test of the numbers, and its sentence says what it has found of them, so that it is true whoever wrote
the code. Where no rule holds nothing is said. Sentences name axes and arguments, never their sizes or values: students
read them of hidden checks, too.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.checking.compare import allowed, rounding, untorched

Array = np.ndarray
_RTOL = 1e-6
_MOST = 1 << 20  # entries that are looked at: a hint is worth milliseconds
_SMALL = 4.5  # a length below this is as well another number
_MANY = 64  # rows that are looked for among one another
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


# How much a cause tells: how it was drawn, what was done to the right numbers, for which arguments they would be right,
# how the error lies, where it lies.
DRAWN, EXACT, AS_IF, SHAPED, PLACE = range(5)


@dataclass(frozen=True)
class Cause:
    """What was found. name: its id. says: a sentence with `{it}` for the value. tier: how much it tells.

    by_chance: it may hold by coincidence, so that it tells a place only unless it holds in another check, too.
    """

    name: str
    says: str
    tier: int = EXACT
    by_chance: bool = False

    @property
    def weak(self) -> bool:
        return self.tier == PLACE


@dataclass
class Given:
    """What a function was given, each under the words for it: its arrays, its numbers, and the lengths of its axes."""

    arrays: dict[str, Array] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> Given:
        given = cls()
        named = [(f"its {ORDINALS[i]} argument", value) for i, value in enumerate(args[: len(ORDINALS)])]
        for words, value in [*named, *((f"`{key}`", value) for key, value in (kwargs or {}).items())]:
            given._take(words, value)
        for words, array in given.arrays.items():
            for axis, length in enumerate(array.shape):
                if length > 1:
                    given.lengths.setdefault(f"the length of axis {axis} of {words}", length)
            if array.ndim > 1 and array.size > 1:
                given.lengths[f"the number of entries of {words}"] = array.size
            if array.ndim > 2:
                given.lengths[f"the lengths of the first two axes of {words}"] = array.shape[0] * array.shape[1]
        return given

    def _take(self, words: str, value: Any, depth: int = 0) -> None:
        value = untorched(value)
        if isinstance(value, bool | np.bool_):
            return
        if isinstance(value, int | float | np.integer | np.floating):
            if math.isfinite(value):
                self.numbers[words] = float(value)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and 0 < value.size <= _MOST:
            self.arrays[words] = value
        elif isinstance(value, dict) and depth < 2:
            for key, item in value.items():
                self._take(f"`{key}`", item, depth + 1)
        elif isinstance(value, list | tuple) and 0 < len(value) <= len(ORDINALS) and depth < 2:
            if all(isinstance(item, int | float) for item in value):
                self.arrays[words] = np.asarray(value, float)
            else:
                for i, item in enumerate(value):
                    self._take(f"item {i} of {words}", item, depth + 1)


def relations(got: Any, expected: Any, given: Given) -> Iterator[Cause]:
    """What holds between two values that should be equal, the simplest first. Nothing for what is not numbers."""
    a, e = _numbers(got), _numbers(expected)
    if a is None or e is None or max(a.size, e.size) > _MOST or not e.size:
        return
    coarse = rounding(untorched(got)) or rounding(untorched(expected))
    with np.errstate(all="ignore"):
        pair = _Pair(a.astype(float), e.astype(float), given, coarse, a.dtype.kind in "biu" and e.dtype.kind == "f")
        if a.shape != e.shape:
            yield from _of_shapes(pair)
        elif e.dtype.kind == "b":
            yield from _of_truths(pair)
        elif not (np.isfinite(a).all() and np.isfinite(e).all()):
            yield from _not_finite(pair)
        else:
            yield from _of_values(pair)


def of_shape(got: Any, expected: Any) -> Iterator[Cause]:
    """What holds between two shapes, where a check compares those."""
    try:
        a, e = (np.broadcast_to(0.0, tuple(map(int, shape))) for shape in (got, expected))
    except (TypeError, ValueError):
        return
    if a.shape != e.shape:
        yield from _of_shapes(_Pair(a, e, Given(), shapes_only=True))


def _numbers(value: Any) -> Array | None:
    value = untorched(value)
    if value is None or isinstance(value, str | bytes | dict):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None


@dataclass
class _Pair:
    """What came out and what should have. coarse: the relative error of its dtype. whole: it came as whole numbers.

    shapes_only: nothing is known of the values.
    """

    got: Array
    expected: Array
    given: Given
    coarse: float = 0.0
    whole: bool = False
    shapes_only: bool = False

    def same(self, a: Array, b: Array) -> bool:
        """Whether two arrays are the same but for rounding."""
        if self.shapes_only or a.shape != b.shape or not np.isfinite(b).all():
            return False
        scale = float(np.max(np.abs(b), initial=0.0))
        bound = max(allowed(a, scale, _RTOL), self.coarse * scale)
        return bool(np.max(np.abs(a - b), initial=0.0) <= bound)

    def close_to(self, a: float, b: float) -> bool:
        return abs(a - b) <= max(_RTOL, self.coarse) * abs(b)

    @property
    def wrong(self) -> Array:
        scale = float(np.max(np.abs(self.expected), initial=0.0))
        bound = max(allowed(self.got, scale, _RTOL), self.coarse * scale)
        return np.asarray(np.abs(self.got - self.expected) > bound)


# ---- shapes ---------------------------------------------------------------------------------------------------------


def _of_shapes(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    right = ", and its values are right" if a.size == e.size and pair.same(a.reshape(e.shape), e) else ""
    extra = [i for i in range(a.ndim) if a.shape[i] == 1 and a.shape[:i] + a.shape[i + 1 :] == e.shape]
    if extra:
        yield Cause(
            "keeps_an_axis",
            f"{{it}} keeps axis {extra[0]}, with length 1, which should be gone{right}: is it `keepdims=True`?",
        )
    if np.squeeze(a).shape == np.squeeze(e).shape and not extra:
        if a.ndim > e.ndim:
            yield Cause("keeps_an_axis", f"{{it}} keeps axes of length 1 that should be gone{right}.")
        elif a.ndim < e.ndim:
            yield Cause("loses_an_axis", f"{{it}} has lost an axis of length 1, which should stay{right}.")
    if a.ndim == e.ndim:
        yield from _of_equal_rank(pair)
    if a.ndim == e.ndim + 1:
        yield from _not_summed(pair)
    if a.ndim + 1 == e.ndim:
        yield from _summed_away(pair)
    if a.size == e.size and sorted(a.shape) != sorted(e.shape):
        orders = right or (", in the right order but for that" if pair.same(a.ravel(), e.ravel()) else "")
        yield Cause("not_reshaped", f"{{it}} has as many entries as it should, in another shape{orders}: reshape it.")
    if e.ndim == 0 and a.size > 1:
        yield Cause("not_reduced", "{it} is an array where one number is expected: is it to be summed or averaged?")
    if a.ndim == 0 and e.size > 1:
        yield Cause("reduced_to_a_number", "{it} is one number where an array is expected: what is it summed over?")
    if a.ndim > e.ndim + 1 and e.ndim:
        yield Cause("too_many_axes", "{it} has more axes than it should: what has been broadcast or not summed?", PLACE)
    if a.ndim + 1 < e.ndim and a.ndim:
        yield Cause("too_few_axes", "{it} has fewer axes than it should: what is it summed over?", PLACE)
    if not a.size:
        yield Cause("empty", "{it} is empty: a slice such as [p:-p] is, for p = 0.")
    yield Cause("another_shape", "{it} has another shape than it should.", PLACE)


def _of_equal_rank(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    different = [i for i in range(e.ndim) if a.shape[i] != e.shape[i]]
    if sorted(a.shape) == sorted(e.shape):
        for order in itertools.permutations(range(e.ndim)) if e.ndim <= 5 else ():
            if tuple(e.shape[i] for i in order) == a.shape and pair.same(a, e.transpose(order)):
                what = "is transposed" if e.ndim == 2 else f"has its axes in another order, {order}"
                yield Cause("axes_swapped", f"{{it}} {what}; its values are right.")
                return
        if len(different) == 2:
            i, j = different
            yield Cause("axes_swapped", f"Axes {i} and {j} of {{it}} are exchanged: each has the length of the other.")
        else:
            yield Cause("axes_swapped", "The axes of {it} are in another order than they should be.")
    for i in different:
        others = [j for j in range(e.ndim) if j != i and e.shape[j] == a.shape[i] != e.shape[i]]
        if others and sorted(a.shape) != sorted(e.shape):
            hint = " Is a width computed with the height?" if {i, *others} & {2, 3} and e.ndim == 4 else ""
            yield Cause("length_of_another_axis", f"Axis {i} of {{it}} has the length of axis {others[0]}.{hint}")
    yield from _borders(pair, different)
    if len(different) == 1 and e.shape[i := different[0]] > 0:
        more = a.shape[i] - e.shape[i]
        if a.shape[i] == 1:
            yield Cause("summed_over_an_axis", f"Axis {i} of {{it}} has length 1: has something been summed over it?")
        elif e.shape[i] == 1:
            yield Cause("not_summed", f"Axis {i} of {{it}} should have length 1: sum over it, and keep it.")
        elif abs(more) == 1:
            side = "one entry too many" if more > 0 else "one entry too few"
            yield Cause("one_off_in_length", f"{{it}} has {side} along axis {i}: where does it begin, and end?")
        else:
            for factor in (2, 3, 4):
                if a.shape[i] == factor * e.shape[i] or e.shape[i] == factor * a.shape[i]:
                    times = f"{factor} times" if more > 0 else f"1/{factor} of"
                    yield Cause("length_by_a_factor", f"Axis {i} of {{it}} is {times} the length that it should be.")
            yield from (
                Cause("length_of_an_argument", f"Axis {i} of {{it}} has {words}: what is summed, and over which axis?")
                for words, length in pair.given.lengths.items()
                if length == a.shape[i]
            )
            yield Cause("another_length", f"Axis {i} of {{it}} has another length than it should.", PLACE)


def _borders(pair: _Pair, different: Sequence[int]) -> Iterator[Cause]:
    """The padding: still there, taken off by another number, or missing."""
    a, e = pair.got, pair.expected
    axes = [i for i in different if i >= e.ndim - 2]
    if not different or axes != list(different):
        return
    more = [a.shape[i] - e.shape[i] for i in axes]
    if all(m > 0 and m % 2 == 0 for m in more):
        inner = tuple(
            slice((a.shape[i] - e.shape[i]) // 2, a.shape[i] - (a.shape[i] - e.shape[i]) // 2) for i in range(e.ndim)
        )
        for words, number in pair.given.numbers.items():
            if number and all(m == 2 * number for m in more):
                yield Cause("padding_kept", f"{{it}} still has the padding around it ({words}): take it off.")
                return
        if pair.same(a[inner], e):
            yield Cause("border_kept", "{it} is right inside, with a border around it that should be gone.")
    if len(more) == 2 and len(set(more)) == 1:
        wide = "too long" if more[0] > 0 else "too short"
        for words, number in pair.given.numbers.items():
            if number and abs(more[0]) == 2 * number and words.startswith("`"):
                side = "still has the padding" if more[0] > 0 else "lacks the padding, or has lost it twice"
                yield Cause("padding_in_the_shape", f"{{it}} {side}: its last two axes are {wide} by twice {words}.")
        yield Cause(
            "border", f"The last two axes of {{it}} are {wide} by the same number: look at the padding and the stride."
        )
    elif len(axes) == 2:
        yield Cause(
            "spatial_shape", "The last two axes of {it} have other lengths: look at size, stride, padding.", True
        )


def _not_summed(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    for axis in range(a.ndim):
        if a.shape[:axis] + a.shape[axis + 1 :] == e.shape and a.shape[axis] > 1:
            for name, reduced in (("summed", a.sum(axis)), ("averaged", a.mean(axis)), ("reduced", a.max(axis))):
                if pair.same(reduced, e):
                    yield Cause(f"not_{name}", f"{{it}} is not {name} over axis {axis}; then it would be right.")
                    return
    for axis in range(a.ndim):
        if a.shape[:axis] + a.shape[axis + 1 :] == e.shape:
            yield Cause(
                "an_axis_too_many", f"{{it}} has an axis too many, axis {axis}: sum over it, or take one of it."
            )
            return


def _summed_away(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    for axis in range(e.ndim):
        if e.shape[:axis] + e.shape[axis + 1 :] == a.shape:
            for name, reduced in (("summed", e.sum(axis)), ("averaged", e.mean(axis))):
                if pair.same(a, reduced):
                    yield Cause(f"is_{name}", f"{{it}} is {name} over axis {axis}, which should stay as it is.")
                    return
            for name, index in (("first", 0), ("last", -1)):
                if pair.same(a, np.take(e, index, axis)):
                    yield Cause(
                        f"only_the_{name}", f"{{it}} is only the {name} along axis {axis}; all of them are wanted."
                    )
                    return
    for axis in range(e.ndim):
        if e.shape[:axis] + e.shape[axis + 1 :] == a.shape:
            yield Cause("an_axis_too_few", f"{{it}} has no axis {axis} any more: what is it summed over?")
            return


# ---- infinities and what is not a number ----------------------------------------------------------------------------


def _not_finite(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    bad = ~np.isfinite(a) & np.isfinite(e)
    if not bad.any():
        if (~np.isfinite(e)).any():
            yield Cause("finite_for_infinite", "{it} is finite where it should not be.", PLACE)
        return
    what = "nan" if np.isnan(a[bad]).all() else "infinite" if np.isinf(a[bad]).all() else "nan or infinite"
    for words, given in pair.given.arrays.items():
        if not np.isfinite(given).all():
            continue
        large, name = float(np.max(given)), f"{what.replace(' ', '_')}"
        if given.shape == a.shape and not bad.all():
            if (bad == (given == 0)).all():
                yield Cause(f"{name}_at_zero", f"{{it}} is {what} exactly where {words} is 0: a division or log of 0.")
            if (bad == (given < 0)).all():
                yield Cause(
                    f"{name}_below_zero", f"{{it}} is {what} exactly where {words} is negative: a root or a log."
                )
        if large > 709:
            yield Cause(
                f"{name}_by_overflow",
                f"{{it}} is {what}: {words} has entries so large that exp of them overflows. Subtract the largest.",
            )
        elif float(np.min(given)) < -709:
            yield Cause(
                f"{name}_by_underflow",
                f"{{it}} is {what}: {words} has entries so negative that exp of them is 0, or overflows with the other "
                "sign. What is divided by it, or has its log taken?",
            )
    for words, given in pair.given.arrays.items():
        if given.dtype.kind == "f" and given.size > 1 and (given == 0).any():
            yield Cause(
                f"{what.replace(' ', '_')}", f"{{it}} is {what}, and {words} has zeros: is something divided by them?"
            )
        elif given.ndim and given.size > 1 and (np.ptp(given, axis=0) == 0).any():
            yield Cause(
                f"{what.replace(' ', '_')}_without_spread",
                f"{{it}} is {what}, and {words} does not vary along axis 0: is something divided by a spread of 0?",
            )
    which = "everywhere" if bad.all() else "in some places"
    yield Cause(
        what.replace(" ", "_"),
        f"{{it}} is {what} {which}: what is divided by 0, or has the log or root of what it cannot?",
    )


# ---- truth values ---------------------------------------------------------------------------------------------------


def _of_truths(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got != 0, pair.expected != 0
    if (a == ~e).all():
        yield Cause("negated", f"{_every(pair)} turned round: true for false, and false for true.")
    elif e.size > 1 and not a.any():
        yield Cause("never_true", "No value of {it} is true: with what is compared?")
    elif e.size > 1 and a.all():
        yield Cause("always_true", "Every value of {it} is true: with what is compared?")
    elif (e | ~a).all():
        yield Cause("too_seldom_true", "What {it} says is true is so; it misses some.", PLACE)
    elif (a | ~e).all():
        yield Cause("too_often_true", "What {it} says is false is so; it says true too often.", PLACE)


# ---- values ---------------------------------------------------------------------------------------------------------


def _of_values(pair: _Pair) -> Iterator[Cause]:
    if not pair.wrong.any():
        return  # nearer than a rule can tell
    for tier, rules in _RULES.items():
        for rule in rules:
            for cause in rule(pair):
                by_chance = cause.by_chance or (rule is _places and cause.name.startswith(("only_", "wrong_where")))
                yield replace(cause, tier=max(tier, cause.tier), by_chance=by_chance)


def _every(pair: _Pair) -> str:
    return "{it} is" if pair.got.size == 1 else "Every value of {it} is"


def _distinct(values: Array) -> int:
    """How many different values there are, which is what a coincidence has to hit."""
    rounded = np.round(values / (np.max(np.abs(values), initial=0.0) or 1.0), 7)
    return len(np.unique(rounded))


def _constants(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if not a.any():
        yield Cause("all_zero", f"{_every(pair)} 0: is the result ever written into it?")
    elif a.size > 2 and np.ptp(a) == 0 and np.ptp(e):
        yield Cause("all_the_same", "All values of {it} are the same number.")
    for words, v in pair.given.arrays.items():
        if v.size > 1 and pair.same(a, np.asarray(v, float)):
            yield Cause("is_an_argument", f"{{it}} is {words}, unchanged.")


def _same_along_an_axis(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if not a.any() or np.ptp(a) == 0:
        return
    for axis in range(a.ndim):
        if a.shape[axis] > 1 and not np.ptp(a, axis=axis).any() and np.ptp(e, axis=axis).any():
            row = np.take(a, 0, axis)
            for name, index in (("first", 0), ("last", -1)):
                if pair.same(row, np.take(e, index, axis)):
                    yield Cause(
                        "repeated", f"All along axis {axis}, {{it}} is what only its {name} entry there should be."
                    )
                    return
            yield Cause(
                "same_along_an_axis", f"{{it}} is the same all along axis {axis}, where its values should differ."
            )


def _named_factors(pair: _Pair) -> Iterator[tuple[float, str, str]]:
    """(factor, name, what is said after "Every value is")."""
    yield -1.0, "wrong_sign", "what is expected with the other sign"
    yield 2.0, "twice", "twice what is expected"
    yield 0.5, "half", "half of what is expected"
    lengths = pair.given.lengths
    for words, n in lengths.items():
        yield n, "times_a_length", f"too large by a factor, {words}: is it to be divided by that, a mean and not a sum?"
        yield 1 / n, "divided_by_a_length", f"too small by a factor, {words}: it is divided by that once too often."
    for words, s in pair.given.numbers.items():
        if s in (0.0, 1.0, -1.0):
            continue
        yield s, "times_a_number", f"multiplied once too often by {words}, or not divided by it"
        yield 1 / s, "without_a_number", f"divided once too often by {words}, or not multiplied by it"
        if 0 < s < 1 and s != 0.5:
            yield 1 - s, "times_one_minus", f"multiplied once too often by 1 minus {words}, or not divided by it"
            yield 1 / (1 - s), "without_one_minus", f"not multiplied by 1 minus {words}, or divided by it too often"
            yield s / (1 - s), "one_minus_turned_round", f"taken with {words} where 1 minus {words} is wanted"
            yield (1 - s) / s, "one_minus_turned_round", f"taken with 1 minus {words} where {words} is wanted"
    for words, n in lengths.items():
        if n > 1:
            for power, root in ((1.0, ""), (0.5, " under the root")):
                yield (
                    (n / (n - 1)) ** power,
                    "sample_variance",
                    f"divided by n - 1 where n is right{root}, n being {words}",
                )
                yield (
                    ((n - 1) / n) ** power,
                    "biased_variance",
                    f"divided by n where n - 1 is right{root}, n being {words}",
                )
            yield n**0.5, "times_a_root", f"too large by the root of {words}"
            yield n**-0.5, "divided_by_a_root", f"too small by the root of {words}"
            yield float(n * n), "times_a_length_twice", f"too large by the square of {words}"
            yield 1.0 / (n * n), "divided_by_a_length_twice", f"divided twice by {words}, where once may be right"
            yield 2.0 * n, "twice_and_times_a_length", f"twice too large, and not divided by {words}"
            yield 2.0 / n, "twice_and_divided_by_a_length", f"too large by 2 and too small by {words}"
            yield n / 2, "half_and_times_a_length", f"too small by 2 and too large by {words}"
            yield 0.5 / n, "half_and_divided_by_a_length", f"half as large, and divided by {words} once too often"
            yield -float(n), "wrong_sign_and_length", f"of the other sign, and not divided by {words}"
            yield -1.0 / n, "wrong_sign_and_length", f"of the other sign, and divided by {words} once too often"
    for (words, n), (other, m) in itertools.permutations(list(lengths.items())[:6], 2):
        if n != m:
            yield (
                n / m,
                "another_length",
                f"divided by {other} where {words} is right, or multiplied the other way round",
            )
    yield from (
        (-2.0, "minus_twice", "twice as large as expected, with the other sign"),
        (-0.5, "minus_half", "half as large as expected, with the other sign"),
        (4.0, "four_times", "four times what is expected"), (0.25, "a_quarter", "a quarter of what is expected"),
        (3.0, "three_times", "three times what is expected"), (1 / 3, "a_third", "a third of what is expected"),
        (2**0.5, "times_root_two", "too large by the root of 2"),
        (0.5**0.5, "by_root_two", "too small by the root of 2"),
        (math.log(2), "log_two", "taken with logarithms of another base (2)"),
        (1 / math.log(2), "log_two", "taken with logarithms of another base (2)"),
        (1 / math.log(10), "log_ten", "taken with logarithms of another base (10)"),
    )  # fmt: skip


def _is_by_chance(name: str, value: float) -> bool:
    """Whether a factor may be another one: that of a short axis, or of two numbers together."""
    if name in ("times_a_length", "divided_by_a_length"):
        return max(abs(value), 1 / abs(value)) < _SMALL
    return any(part in name for part in ("length", "variance", "root", "one_minus_turned"))


def _factor(a: Array, e: Array, pair: _Pair) -> float | None:
    """The one number that e is multiplied by in a; None if it is not one."""
    if not a.size or not e.any() or a.shape != e.shape:
        return None
    i = np.unravel_index(int(np.argmax(np.abs(e))), e.shape)
    factor = float(a[i] / e[i])
    return factor if factor and pair.same(a, factor * e) else None


def _multiples(pair: _Pair) -> Iterator[Cause]:
    factor = _factor(pair.got, pair.expected, pair)
    if factor is None or (pair.expected.size == 1 and abs(pair.expected.item()) == 1):
        return  # of 1 everything is a multiple
    for value, name, says in _named_factors(pair):
        if pair.close_to(factor, value):
            small = _is_by_chance(name, value)
            yield Cause(name, f"{_every(pair)} {says.rstrip('.')}{'' if says.endswith('?') else '.'}", by_chance=small)
    if _distinct(pair.expected) > 2:
        size = "large" if abs(factor) > 1 else "small"
        sign = ", with the other sign" if factor < 0 else ""
        yield Cause(
            "one_factor",
            f"All values of {{it}} are too {size} by one and the same factor{sign}: which constant or mean is missing, "
            "or one too many?",
        )


def _views(v: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """An argument, spread to a shape in the ways in which it may be meant."""
    candidates = [v]
    if v.ndim == 1 and len(shape) > 1:
        candidates += [v.reshape([-1 if i == axis else 1 for i in range(len(shape))]) for axis in range(len(shape) - 1)]
    if v.ndim == 2 and shape == v.shape[::-1]:
        candidates.append(v.T)
    for each in candidates:
        if each.size > 0:
            try:
                yield np.broadcast_to(each, shape).astype(float)
            except ValueError:
                continue


def _terms(pair: _Pair) -> Iterator[Cause]:
    """Where the error is one of the arguments, or the ratio is."""
    a, e = pair.got, pair.expected
    if a.size < 3:
        return
    error = a - e
    for words, argument in pair.given.arrays.items():
        for v in _views(argument, e.shape):
            if _distinct(v) < 2 or argument.size < 2:
                continue
            weight = _factor(error, v, pair)
            if weight is not None and pair.same(e + weight * v, a):
                yield from _term(words, weight, pair)
            if pair.same(a * v, e) and not pair.same(a, e):
                yield Cause("not_multiplied_by", f"{{it}} is not multiplied by {words}; it would be right then.")
            if pair.same(a + e, v):
                yield Cause(
                    "other_part", f"{{it}} and what is expected add up to {words}: the wrong part of it is kept."
                )
            if pair.same(a, e * v):
                yield Cause("multiplied_twice_by", f"{{it}} is multiplied by {words} once too often.")


def _term(words: str, weight: float, pair: _Pair) -> Iterator[Cause]:
    if pair.close_to(weight, -1):
        yield Cause("term_missing", f"What {{it}} lacks is {words}: it is not added.")
    elif pair.close_to(weight, 1):
        yield Cause("term_too_many", f"{{it}} is too large by {words}: that is added once too often, or not taken off.")
    elif pair.close_to(weight, -2) or pair.close_to(weight, 2):
        yield Cause("term_of_wrong_sign", f"{words[0].upper()}{words[1:]} goes into {{it}} with the wrong sign.")
    else:
        for other, s in pair.given.numbers.items():
            if s and pair.close_to(abs(weight), abs(s)):
                side = "lacks" if weight * s < 0 else "has too much of"
                yield Cause("term_with_a_number", f"What {{it}} {side} is {other} times {words}.")
        yield Cause(
            "term",
            f"The error of {{it}} is a multiple of {words}: a term with it is missing, or weighs otherwise.",
            SHAPED,
        )


def _steps(pair: _Pair) -> Iterator[Cause]:
    """Where it is one of the arguments, moved: the step has another length or direction."""
    a, e = pair.got, pair.expected
    if a.size < 3:
        return
    for words, v in pair.given.arrays.items():
        if v.shape != e.shape or _distinct(v) < 2:
            continue
        step, right = a - v, e - v
        factor = _factor(step, right, pair)
        if factor is None or np.count_nonzero(right) < 0.8 * right.size:
            continue  # where most of it stays as it is, this is no step
        what = f"The step from {words} to {{it}} is"
        for value, name, says in _named_factors(pair):
            if pair.close_to(factor, value):
                small = _is_by_chance(name, value)
                said = f"{what} {says.rstrip('.')}{'' if says.endswith('?') else '.'}"
                yield Cause(f"step_{name}", said, by_chance=small)
        if _distinct(right) > 2:
            other = (
                "the wrong way, and of another length" if factor < 0 else "in the right direction, with another length"
            )
            yield Cause("step_of_another_length", f"{what} {other}: by one factor for all entries.", SHAPED)


_FUNCTIONS: tuple[tuple[str, str, Callable[[Array], Array]], ...] = (
    ("squared", "the square of what is expected", np.square),
    ("root_taken", "the square root of what is expected", np.sqrt),
    ("log_taken", "the logarithm of what is expected", np.log),
    ("exp_taken", "exp of what is expected: is a logarithm missing?", np.exp),
    ("minus_log_taken", "minus the logarithm of what is expected", lambda e: -np.log(e)),
    ("turned_round", "1 divided by what is expected", np.reciprocal),
    ("root_of_inverse", "1 divided by the root of what is expected", lambda e: 1 / np.sqrt(e)),
    ("inverse_of_square", "1 divided by the square of what is expected", lambda e: 1 / e**2),
    ("one_minus", "1 minus what is expected", lambda e: 1 - e),
    ("one_more", "1 more than what is expected", lambda e: e + 1),
    ("one_less", "1 less than what is expected", lambda e: e - 1),
    ("absolute", "what is expected without its sign", np.abs),
    ("tanh_taken", "tanh of what is expected", np.tanh),
    ("tanh_missing", "what is expected before a last tanh", np.arctanh),
    ("sigmoid_taken", "the sigmoid of what is expected", lambda e: 1 / (1 + np.exp(-e))),
    ("sigmoid_missing", "what is expected before a last sigmoid", lambda e: -np.log(1 / e - 1)),
    ("cut_off_below", "what is expected, with 0 where that is negative", lambda e: np.maximum(e, 0)),
    ("rounded", "what is expected, rounded to a whole number", np.round),
    ("cut_to_whole", "what is expected without what follows the point: is it an integer dtype, or `//`?", np.trunc),
)


def _elementwise(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    for name, says, function in _FUNCTIONS:
        whole = name in ("rounded", "cut_to_whole", "cut_off_below", "absolute")
        if (
            (e.size > 1 or abs(e.item()) not in (0.0, 1.0))
            and (not whole or _distinct(e) > 2)
            and pair.same(a, np.asarray(function(e)))
        ):
            yield Cause(name, f"{_every(pair)} {says}{'' if says.endswith('?') else '.'}")
    if _distinct(e) > 3 and (np.abs(e) > 0).all() and (np.abs(a) > 0).all():
        for name, says, power in (
            ("power_two", "square", 2.0),
            ("power_half", "square root", 0.5),
            ("inverse", "inverse", -1.0),
        ):
            if _factor(np.abs(a), np.abs(e) ** power, pair) is not None:
                yield Cause(name, f"{{it}} goes with the {says} of what is expected, value by value.")


def _orders(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if a.size < 2:
        return
    for i, j in itertools.combinations(range(e.ndim), 2):
        if e.shape[i] == e.shape[j] > 1 and pair.same(a, e.swapaxes(i, j)):
            what = "{it} is transposed" if e.ndim == 2 else f"Axes {i} and {j} of {{it}} are exchanged"
            yield Cause("axes_swapped", f"{what}; its values are right.")
    for axis in range(e.ndim):
        if e.shape[axis] < 2:
            continue
        if pair.same(a, np.flip(e, axis)):
            yield Cause("reversed", f"{{it}} is reversed along axis {axis}.")
        yield from _shifts(pair, axis)
        yield from _permuted(pair, axis)
    for axes in itertools.combinations(range(e.ndim), 2):
        if min(e.shape[i] for i in axes) > 1 and pair.same(a, np.flip(e, axes)):
            yield Cause("reversed", f"{{it}} is reversed along axes {axes[0]} and {axes[1]}.")
    if _distinct(e) > 2 and pair.same(np.sort(a, axis=None), np.sort(e, axis=None)):
        yield Cause("another_order", "{it} has the right values at other places: look at reshape, transpose and order.")


def _signs(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if _distinct(np.abs(e)) > 1 and pair.same(np.abs(a), np.abs(e)):
        yield Cause("some_signs", "All values of {it} have the right size, and some the wrong sign.")


def _shifts(pair: _Pair, axis: int) -> Iterator[Cause]:
    a, e = np.moveaxis(pair.got, axis, 0), np.moveaxis(pair.expected, axis, 0)
    if len(e) < 3 or _distinct(e) < 3 or not np.ptp(e, axis=0).any():
        return
    for late, mine, theirs in ((True, a[1:], e[:-1]), (False, a[:-1], e[1:])):
        if pair.same(mine, theirs):
            side = "late" if late else "early"
            yield Cause(
                f"one_step_{side}", f"Along axis {axis}, {{it}} comes one step {side}: each has its neighbor's value."
            )


def _permuted(pair: _Pair, axis: int) -> Iterator[Cause]:
    a, e = np.moveaxis(pair.got, axis, 0), np.moveaxis(pair.expected, axis, 0)
    n = len(e)
    if n > _MANY:
        return
    source = []
    for i in range(n):
        j = next((j for j in range(n) if j not in source and pair.same(a[i], e[j])), None)
        if j is None:
            return
        source.append(j)
    if source == sorted(source):
        return
    for blocks in (2, 3, 4):
        size = n // blocks
        if n % blocks == 0 and size > 1 and all(source[i] % size == i % size for i in range(n)):
            order = [source[i * size] // size for i in range(blocks)]
            if all(source[i] // size == order[i // size] for i in range(n)):
                yield Cause(
                    "blocks_exchanged",
                    f"Along axis {axis}, {{it}} has its {blocks} blocks in another order, {order}: are they gates?",
                )
                return
    yield Cause("permuted", f"{{it}} has its entries along axis {axis} in another order; they are right otherwise.")


def _offsets(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    error = a - e
    if e.size > 2 and _distinct(e) > 1 and pair.same(a, e + error.flat[0]):
        yield Cause(
            "one_offset", "All values of {it} are off by one and the same amount: a term is missing, or one too many."
        )
        return
    if e.size < 4:
        return
    for axis in range(e.ndim):
        n = e.shape[axis]
        if n > 2 and pair.same(a, e + np.take(error, [0], axis)) and np.ptp(e, axis=axis).any():
            yield Cause(
                "offset_along_an_axis",
                f"The error of {{it}} is the same all along axis {axis}: look at what is added to all of it.",
            )
    for axis in range(e.ndim):
        n = e.shape[axis]
        if n > 2 and e.ndim > 1:
            moved_a, moved_e = np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0)
            peak = np.argmax(np.abs(moved_e), axis=0)[None]
            ratio = np.take_along_axis(moved_a, peak, 0) / np.take_along_axis(moved_e, peak, 0)
            if np.isfinite(ratio).all() and pair.same(moved_a, moved_e * ratio) and np.ptp(ratio):
                yield Cause(
                    "factor_along_an_axis",
                    f"{{it}} is right along axis {axis} but for a factor, which is another one for each line: look "
                    f"at what is computed over axis {axis}.",
                )
    yield from _affine(pair)


def _affine(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if _distinct(e) > 4 and _is_affine(a.ravel()[None], e.ravel()[None], pair):
        yield Cause(
            "factor_and_offset",
            "{it} is right but for one factor and one amount for all: is a mean or a spread taken over too much?",
        )
        return
    for axis in range(e.ndim):
        if e.shape[axis] > 3 and e.ndim > 1:
            rows = [np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis]) for x in (a, e)]
            if min(map(_distinct, rows[1])) > 3 and _is_affine(rows[0], rows[1], pair):
                yield Cause(
                    "factor_and_offset_along_an_axis",
                    f"Along axis {axis}, {{it}} is right but for a factor and an amount of each line: look at the mean "
                    "and the spread that are taken there.",
                )


def _is_affine(a: Array, e: Array, pair: _Pair) -> bool:
    """Whether each row of a is that of e, times a number, plus a number."""
    centred = e - e.mean(1, keepdims=True)
    own = a - a.mean(1, keepdims=True)
    spread = (centred**2).sum(1, keepdims=True)
    if not (spread > 0).all():
        return False
    slope = (own * centred).sum(1, keepdims=True) / spread
    return bool((np.abs(slope) > 1e-3).all()) and pair.same(a, a.mean(1, keepdims=True) + slope * centred)


def _running(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    for axis in range(e.ndim):
        if e.shape[axis] > 2:
            for back in (False, PLACE):
                turn = functools.partial(np.flip, axis=axis) if back else np.asarray
                if pair.same(turn(np.cumsum(turn(a), axis)), e):
                    yield Cause(
                        "not_accumulated", f"{{it}} is not summed up along axis {axis}: each is only its own part."
                    )
                elif pair.same(a, turn(np.cumsum(turn(e), axis))):
                    yield Cause(
                        "accumulated", f"{{it}} is summed up along axis {axis}; each should be its own part only."
                    )


def _places(pair: _Pair) -> Iterator[Cause]:
    """Where it is wrong, if it is not wrong everywhere."""
    a, e, wrong = pair.got, pair.expected, pair.wrong
    if wrong.all() or e.size < 3 or _right_by_itself(pair):
        return
    if (e[wrong] == 0).all() and (e != 0).any():
        yield Cause(
            "not_zero", "{it} is wrong only where it should be 0: what should be switched off there, and is not?"
        )
    if (a[wrong] == 0).all() and (e[~wrong] != 0).any():
        yield Cause("zero_in_places", "Where {it} is wrong it is 0, and right elsewhere: it is not filled in there.")
    for words, v in pair.given.arrays.items():
        if v.shape == e.shape:
            for name, says, there in (
                ("negative", "negative", v < 0),
                ("positive", "positive", v > 0),
                ("zero", "0", v == 0),
            ):
                if there.any() and not there.all() and not (wrong & ~there).any() and wrong.sum() >= 0.8 * there.sum():
                    yield Cause(f"wrong_where_{name}", f"{{it}} is wrong only where {words} is {says}.")
    for axis in range(e.ndim):
        n = e.shape[axis]
        at = np.flatnonzero(wrong.any(axis=tuple(i for i in range(e.ndim) if i != axis)))
        if n < 2 or len(at) == n:
            continue
        if n > 2 and list(at) == [n - 1]:
            yield Cause(
                "only_the_last_wrong", f"Only the last of {{it}} along axis {axis} is wrong: does the loop reach it?"
            )
        elif n > 2 and list(at) == [0]:
            yield Cause(
                "only_the_first_wrong", f"Only the first of {{it}} along axis {axis} is wrong: where does it begin?"
            )
        elif list(at) == list(range(1, n)):
            yield Cause(
                "only_the_first_right", f"Only the first of {{it}} along axis {axis} is right: what comes after it?"
            )
        elif list(at) == list(range(n - 1)):
            yield Cause(
                "only_the_last_right", f"Only the last of {{it}} along axis {axis} is right: what of those before?"
            )
        elif n > 3 and list(at) == [0, n - 1]:
            yield Cause("border_wrong", f"{{it}} is wrong at both ends of axis {axis}: look at the border.")
        elif n > 3 and len(at) <= n // 2:
            yield Cause("part_wrong", f"{{it}} is wrong in a part of axis {axis} only.", PLACE)
    signs = [(e > 0, "positive"), (e < 0, "negative")]
    for there, says in signs:
        if there.any() and not (wrong & ~there).any() and wrong.sum() == there.sum() and (~there).any():
            yield Cause(f"wrong_where_{says}_is_expected", f"{{it}} is wrong exactly where it should be {says}.")


def _right_by_itself(pair: _Pair) -> bool:
    """Whether what is right is so whatever the code does: all 0, or what an argument has there."""
    right = ~pair.wrong
    values = pair.expected[right]
    given = [v for v in pair.given.arrays.values() if v.shape == right.shape]
    return not values.any() or any(pair.same(values, v[right].astype(float)) for v in given)


def _at_the_label(pair: _Pair) -> Iterator[Cause]:
    """Whether what is wrong are the entries that a vector of labels points at, or all others."""
    e, wrong = pair.expected, pair.wrong
    if wrong.all():
        return
    for words, y in pair.given.arrays.items():
        if e.ndim != 2 or y.ndim != 1 or y.dtype.kind not in "iu" or y.shape != e.shape[:1] or e.shape[1] < 2:
            continue
        if y.min() < 0 or y.max() >= e.shape[1]:
            continue
        label = np.zeros(e.shape, bool)
        label[np.arange(len(y)), y] = True
        if not (wrong & ~label).any():
            yield Cause("wrong_at_the_label", f"{{it}} is wrong only at the right class of each row ({words}).")
        elif not (wrong & label).any():
            yield Cause(
                "right_at_the_label", f"{{it}} is right only at the right class of each row ({words}), or beside it."
            )


def _nearly(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    if pair.whole and e.size > 1 and (np.abs(a - e) < 1).all():
        yield Cause("whole_numbers", "{it} holds whole numbers, and is off by less than 1: is its dtype an integer's?")
    if e.size > 2 and e.any() and (np.abs(a - e) <= 1e-3 * np.abs(e)).all():
        yield Cause(
            "nearly_right",
            "{it} is off by less than a thousandth: look at small constants, such as epsilon, where they stand, and at "
            "the dtype.",
        )


def _weakly(pair: _Pair) -> Iterator[Cause]:
    a, e = pair.got, pair.expected
    for axis in range(e.ndim):
        if e.ndim > 1 and e.shape[axis] > 1 and pair.same(a.sum(axis), e.sum(axis)):
            yield Cause("right_in_sum", f"The sums of {{it}} over axis {axis} are right, its values are not.", PLACE)


_RULES: dict[int, tuple[Callable[[_Pair], Iterator[Cause]], ...]] = {
    EXACT: (_constants, _multiples, _orders, _steps, _terms, _elementwise, _signs, _same_along_an_axis, _running),
    SHAPED: (_at_the_label, _places, _offsets, _nearly),
    PLACE: (_weakly,),
}
