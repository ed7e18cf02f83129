"""Where values are wrong, and how the error is distributed along the axes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from autograder.checking.rules.finding import PLACE, Finding
from autograder.checking.rules.pair import Array, Pair, common_factor, distinct

_MANY = 8  # wrong entries, and different right ones, needed to rule out a coincidence


def places(pair: Pair) -> Iterator[Finding]:
    """Where the value is wrong, if not everywhere."""
    a, e, wrong = pair.got, pair.expected, pair.wrong
    if wrong.all() or e.size < 3 or _right_by_itself(pair):
        return
    right = e[~wrong]
    few = min(int(wrong.sum()), distinct(right[right != 0])) < _MANY
    if (e[wrong] == 0).all() and (e != 0).any():
        yield Finding(
            "not_zero", "{it} is wrong only where it should be 0: what should be switched off there, and is not?"
        )
    if (a[wrong] == 0).all() and (e[~wrong] != 0).any():
        yield Finding("zero_in_places", "Where {it} is wrong it is 0, and right elsewhere: it is not filled in there.")
    for words, v in pair.given.arrays.items():
        if v.shape == e.shape:
            for name, says, there in (
                ("negative", "negative", v < 0),
                ("positive", "positive", v > 0),
                ("zero", "0", v == 0),
            ):
                if there.any() and not there.all() and not (wrong & ~there).any() and wrong.sum() >= 0.8 * there.sum():
                    said = f"{{it}} is wrong only where {words} is {says}."
                    yield Finding(f"wrong_where_{name}", said, by_chance=few)
    for axis in range(e.ndim):
        n = e.shape[axis]
        at = np.flatnonzero(wrong.any(axis=tuple(i for i in range(e.ndim) if i != axis)))
        if n < 2 or len(at) == n:
            continue
        if n > 2 and list(at) == [n - 1]:
            yield Finding(
                "only_the_last_wrong",
                f"Only the last of {{it}} along axis {axis} is wrong: what is different there?",
                by_chance=few,
            )
        elif n > 2 and list(at) == [0]:
            yield Finding(
                "only_the_first_wrong",
                f"Only the first of {{it}} along axis {axis} is wrong: what is different there?",
                by_chance=few,
            )
        elif list(at) == list(range(1, n)):
            yield Finding(
                "only_the_first_right",
                f"Only the first of {{it}} along axis {axis} is right: what comes after it?",
                by_chance=few,
            )
        elif list(at) == list(range(n - 1)):
            yield Finding(
                "only_the_last_right",
                f"Only the last of {{it}} along axis {axis} is right: what of those before?",
                by_chance=few,
            )
        elif n > 3 and list(at) == [0, n - 1]:
            said = f"{{it}} is wrong at both ends of axis {axis}: look at the border."
            yield Finding("border_wrong", said, by_chance=few)
        elif n > 3 and not few and len(at) == at[-1] - at[0] + 1 and (at[0] == 0 or at[-1] == n - 1):
            side = "first" if at[0] == 0 else "last"
            said = f"Along axis {axis}, only the {side} entries of {{it}} are wrong: what gives these?"
            yield Finding(f"{side}_part_wrong", said, PLACE)
        elif n > 3 and not few and len(at) <= n // 2:
            yield Finding("part_wrong", f"{{it}} is wrong in a part of axis {axis} only.", PLACE)
    signs = [(e > 0, "positive"), (e < 0, "negative")]
    for there, says in signs:
        if there.any() and not (wrong & ~there).any() and wrong.sum() == there.sum() and (~there).any():
            said = f"{{it}} is wrong exactly where it should be {says}."
            yield Finding(f"wrong_where_{says}_is_expected", said, by_chance=few)


def pieces(pair: Pair) -> Iterator[Finding]:
    """The value is wrong only for one sign of an argument, and there it is a multiple of an argument."""
    a, wrong = pair.got, pair.wrong
    given = {words: v for words, v in pair.given.arrays.items() if v.shape == a.shape and v.dtype.kind == "f"}
    for (words, v), (says, there) in itertools.product(
        given.items(), (("negative", np.less), ("positive", np.greater))
    ):
        mask = there(v, 0)
        if mask.sum() < 3 or mask.all() or (wrong & ~mask).any() or wrong.sum() < 0.8 * mask.sum():
            continue
        for other, u in given.items():
            factor = common_factor(a[mask], u[mask].astype(float), pair)
            if factor is not None:
                times = "" if pair.close_to(factor, 1) else "minus " if pair.close_to(factor, -1) else "a multiple of "
                yield Finding(
                    f"another_piece_where_{says}",
                    f"Where {words} is {says}, {{it}} is {times}{other}; elsewhere it is right.",
                )
                return


def _right_by_itself(pair: Pair) -> bool:
    """Whether the right entries are right whatever the code does: all 0, or copied from an argument."""
    right = ~pair.wrong
    values = pair.expected[right]
    given = [v for v in pair.given.arrays.values() if v.shape == right.shape]
    return not values.any() or any(pair.same(values, v[right].astype(float)) for v in given)


def at_the_label(pair: Pair) -> Iterator[Finding]:
    """Whether the wrong entries are those at a vector of labels, or all others."""
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
        few = min(wrong.sum(), (~wrong).sum()) < _MANY // 2
        if not (wrong & ~label).any():
            said = f"{{it}} is wrong only at the right class of each row ({words})."
            yield Finding("wrong_at_the_label", said, by_chance=few)
        elif not (wrong & label).any():
            said = f"{{it}} is right at the right class of each row ({words}), and wrong beside it."
            yield Finding("right_at_the_label", said, by_chance=few)


def offsets(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    error = a - e
    if e.size > 2 and distinct(e) > 1 and pair.same(a, e + error.flat[0]):
        yield Finding(
            "one_offset", "All values of {it} are off by one and the same amount: a term is missing, or one too many."
        )
        return
    if e.size < 4:
        return
    for axis in range(e.ndim):
        n = e.shape[axis]
        if n > 2 and pair.same(a, e + np.take(error, [0], axis)) and np.ptp(e, axis=axis).any():
            yield Finding(
                "offset_along_an_axis",
                f"The error of {{it}} is the same all along axis {axis}: look at what is added to all of it.",
            )
    for axis in range(e.ndim):
        n = e.shape[axis]
        if n > 2 and e.ndim > 1:
            moved_a, moved_e = np.moveaxis(a, axis, 0), np.moveaxis(e, axis, 0)
            peak = np.argmax(np.abs(moved_e), axis=0)[None]
            ratio = np.take_along_axis(moved_a, peak, 0) / np.take_along_axis(moved_e, peak, 0)
            if not np.isfinite(ratio).all() or np.ptp(ratio) <= 3e-6 * np.abs(ratio).max() or _is_one_line(moved_e):
                continue
            if pair.same(moved_a, moved_e * ratio):
                yield Finding(
                    "factor_along_an_axis",
                    f"{{it}} is right along axis {axis} but for a factor, which is another one for each line, as if "
                    f"each were scaled by a number of its own.",
                )
    yield from _affine(pair)


def _is_one_line(e: Array) -> bool:
    """Whether all lines along axis 0 are multiples of each other; those of wrong results then easily are, too."""
    lines = e.reshape(len(e), -1)
    i, j = np.unravel_index(int(np.argmax(np.abs(lines))), lines.shape)
    outer = lines[:, j, None] * lines[None, i] / lines[i, j] if lines[i, j] else lines
    return bool(np.max(np.abs(outer - lines), initial=0.0) <= 1e-6 * np.max(np.abs(lines), initial=0.0))


def _affine(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if common_factor(a, e, pair) is not None:
        return
    if distinct(e) > 4 and _is_affine(a.ravel()[None], e.ravel()[None], pair):
        yield Finding(
            "factor_and_offset",
            "{it} is right but for one factor and one amount for all, as if all were stretched and moved.",
        )
        return
    for axis in range(e.ndim):
        if e.shape[axis] > 3 and e.ndim > 1:
            rows = [np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis]) for x in (a, e)]
            if min(map(distinct, rows[1])) > 3 and _is_affine(rows[0], rows[1], pair):
                yield Finding(
                    "factor_and_offset_along_an_axis",
                    f"Along axis {axis}, {{it}} is right but for a factor and an amount of each line, as if each were "
                    "stretched and moved.",
                )


def _is_affine(a: Array, e: Array, pair: Pair) -> bool:
    """Whether each row of a is the row of e, times a number, plus a number."""
    centred = e - e.mean(1, keepdims=True)
    own = a - a.mean(1, keepdims=True)
    spread = (centred**2).sum(1, keepdims=True)
    if not (spread > 0).all():
        return False
    slope = (own * centred).sum(1, keepdims=True) / spread
    return bool((np.abs(slope) > 1e-3).all()) and pair.same(a, a.mean(1, keepdims=True) + slope * centred)


def nearly(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if pair.whole and e.size > 1 and (np.abs(a - e) < 1).all():
        yield Finding(
            "whole_numbers", "{it} holds whole numbers, and is off by less than 1: is its dtype an integer's?"
        )
    if e.size > 2 and e.any() and (np.abs(a - e) <= 1e-3 * np.abs(e)).all():
        yield Finding(
            "nearly_right",
            "{it} is off by less than a thousandth: look at what is small, such as a step or epsilon, where it stands, "
            "and at the dtype.",
        )


def weakly(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    for axis in range(e.ndim):
        if e.ndim > 1 and e.shape[axis] > 1 and pair.same(a.sum(axis), e.sum(axis)):
            yield Finding("right_in_sum", f"The sums of {{it}} over axis {axis} are right, its values are not.", PLACE)
