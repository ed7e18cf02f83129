"""Operations on the right values: a factor, a term, a function, or nothing at all."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import numpy as np

from autograder.checking.rules.finding import SHAPED, Finding
from autograder.checking.rules.pair import Array, Pair, common_factor, distinct, every

_SMALL = 4.5  # a length below this may coincide with another number
_FEWEST = 8  # entries of a mask
_TINY = 1e-3  # below this, 1 minus a number cannot be distinguished from 1
_SMALL_NUMBERS = ("three_times", "a_third", "four_times", "a_quarter")


def constants(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if not a.any():
        if a.size > 1 and (e != np.round(e)).any():  # a single number, an index or a count may be 0 by chance
            yield Finding("all_zero", f"{every(pair)} 0, and should not be: does anything get into it?")
    elif a.size > 2 and np.ptp(a) == 0 and np.ptp(e):
        yield Finding("all_the_same", "All values of {it} are the same number.")
    for words, v in pair.given.arrays.items():
        if v.size > 1 and pair.same(a, np.asarray(v, float)):
            yield Finding("is_an_argument", f"{{it}} is {words}, unchanged.", by_chance=True)


def same_along_an_axis(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if not a.any() or np.ptp(a) == 0:
        return
    for axis in range(a.ndim):
        if a.shape[axis] > 1 and not np.ptp(a, axis=axis).any() and np.ptp(e, axis=axis).any():
            row = np.take(a, 0, axis)
            for name, index in (("first", 0), ("last", -1)):
                if 2 * distinct(row) > row.size and pair.same(row, np.take(e, index, axis)):
                    yield Finding(
                        "repeated", f"All along axis {axis}, {{it}} is what only its {name} entry there should be."
                    )
                    return
            yield Finding(
                "same_along_an_axis", f"{{it}} is the same all along axis {axis}, where its values should differ."
            )


def _named_factors(pair: Pair) -> Iterator[tuple[float, str, str]]:
    """(factor, name, what follows "Every value is")."""
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
        if _TINY < s < 1 and s != 0.5:
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
    """Whether a factor may coincide with another: the length of a short axis, or a combination of two numbers."""
    if name in ("times_a_length", "divided_by_a_length"):
        return max(abs(value), 1 / abs(value)) < _SMALL
    return name in _SMALL_NUMBERS or any(part in name for part in ("length", "variance", "root", "one_minus_turned"))


def multiples(pair: Pair) -> Iterator[Finding]:
    factor = common_factor(pair.got, pair.expected, pair)
    if factor is None or (pair.expected.size == 1 and abs(pair.expected.item()) == 1):
        return  # everything is a multiple of 1
    for value, name, says in _named_factors(pair):
        if pair.close_to(factor, value):
            small = _is_by_chance(name, value)
            yield Finding(name, f"{every(pair)} {says.rstrip('.')}{'' if says.endswith('?') else '.'}", by_chance=small)
    if distinct(pair.expected) > 2:
        size = "large" if abs(factor) > 1 else "small"
        sign = ", with the other sign" if factor < 0 else ""
        yield Finding(
            "one_factor",
            f"All values of {{it}} are too {size} by one and the same factor{sign}: what is it multiplied with, or "
            "divided by?",
            SHAPED,
        )


def _views(v: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """An argument, broadcast to a shape in each way that may be intended."""
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


def terms(pair: Pair) -> Iterator[Finding]:
    """The error, or the ratio, is one of the arguments."""
    a, e = pair.got, pair.expected
    if a.size < 3:
        return
    error = a - e
    for words, argument in pair.given.arrays.items():
        for v in _views(argument, e.shape):
            if distinct(v) < 2 or argument.size < 2:
                continue
            weight = common_factor(error, v, pair)
            if weight is not None and pair.same(e + weight * v, a):
                yield from _term(words, weight, pair)
            if pair.same(a * v, e) and not pair.same(a, e):
                yield Finding("not_multiplied_by", f"{{it}} is not multiplied by {words}; it would be right then.")
            if pair.same(a + e, v):
                yield Finding(
                    "other_part", f"{{it}} and what is expected add up to {words}: the wrong part of it is kept."
                )
            if pair.same(a, e * v):
                yield Finding("multiplied_twice_by", f"{{it}} is multiplied by {words} once too often.")


def masks(pair: Pair) -> Iterator[Finding]:
    """Both values are an argument, times a factor in some places and 0 in others, but in different places."""
    a, e = pair.got, pair.expected
    for words, v in pair.given.arrays.items():
        if v.shape != e.shape or v.size < _FEWEST or not v.all():
            continue
        kept = [each != 0 for each in (a, e)]
        factors = [
            common_factor(each[there], v[there].astype(float), pair) for each, there in zip((a, e), kept, strict=True)
        ]
        if None in factors or (kept[0] == kept[1]).all() or kept[0].all() or not kept[0].any():
            continue
        if (kept[0] & ~kept[1]).any() and (kept[1] & ~kept[0]).any():
            said = f"{{it}} keeps other entries of {words} than it should: which mask is it, and whose?"
            yield Finding("another_mask", said)


def _term(words: str, weight: float, pair: Pair) -> Iterator[Finding]:
    if pair.close_to(weight, -1):
        yield Finding("term_missing", f"What {{it}} lacks is {words}: it is not added.")
    elif pair.close_to(weight, 1):
        yield Finding(
            "term_too_many", f"{{it}} is too large by {words}: that is added once too often, or not taken off."
        )
    elif pair.close_to(weight, -2):
        yield Finding("term_of_wrong_sign", f"{words[0].upper()}{words[1:]} goes into {{it}} with the wrong sign.")
    elif pair.close_to(weight, 2):
        yield Finding(
            "term_of_wrong_sign",
            f"{{it}} is too large by twice {words}: that goes in with the wrong sign, or is added more than once.",
        )
    else:
        for other, s in pair.given.numbers.items():
            if s and pair.close_to(abs(weight), abs(s)):
                side = "lacks" if weight * s < 0 else "has too much of"
                yield Finding("term_with_a_number", f"What {{it}} {side} is {other} times {words}.")
        yield Finding(
            "term",
            f"The error of {{it}} is a multiple of {words}: a term with it is missing, or weighs otherwise.",
            SHAPED,
        )


def steps(pair: Pair) -> Iterator[Finding]:
    """The value is an argument plus a step that has another length or direction."""
    a, e = pair.got, pair.expected
    if a.size < 3:
        return
    for words, v in pair.given.arrays.items():
        if v.shape != e.shape or distinct(v) < 2:
            continue
        step, right = a - v, e - v
        factor = common_factor(step, right, pair)
        if factor is None or pair.close_to(factor, 1) or distinct(np.abs(right)) < 3:
            continue  # a step is invisible next to a large argument; steps of one length have any factor in common
        if np.count_nonzero(right) < 0.8 * right.size:
            continue  # if most entries do not change, it is not a step
        what = f"The step from {words} to {{it}} is"
        for value, name, says in _named_factors(pair):
            if pair.close_to(factor, value):
                small = _is_by_chance(name, value)
                said = f"{what} {says.rstrip('.')}{'' if says.endswith('?') else '.'}"
                yield Finding(f"step_{name}", said, by_chance=small)
        if distinct(right) > 2:
            other = (
                "the wrong way, and of another length" if factor < 0 else "in the right direction, with another length"
            )
            yield Finding("step_of_another_length", f"{what} {other}: by one factor for all entries.", SHAPED)


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


def elementwise(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if np.isin(np.abs(e), (0.0, 1.0)).all():
        return  # many functions map 0 and 1 to each other
    for name, says, function in _FUNCTIONS:
        whole = name in ("rounded", "cut_to_whole", "cut_off_below", "absolute")
        few = whole and distinct(e) < 3
        if (not few or e.size == 1) and pair.same(a, np.asarray(function(e))):
            yield Finding(name, f"{every(pair)} {says}{'' if says.endswith('?') else '.'}", by_chance=few)
    if distinct(e) > 3 and (np.abs(e) > 0).all() and (np.abs(a) > 0).all():
        for name, says, power in (
            ("power_two", "square", 2.0),
            ("power_half", "square root", 0.5),
            ("inverse", "inverse", -1.0),
        ):
            if common_factor(np.abs(a), np.abs(e) ** power, pair) is not None:
                yield Finding(name, f"{{it}} goes with the {says} of what is expected, value by value.")
