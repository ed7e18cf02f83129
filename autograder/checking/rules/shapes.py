"""Relations between two shapes: an axis too many, kept, lost or exchanged, padding left on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from autograder.checking.rules.finding import PLACE, Finding
from autograder.checking.rules.pair import Pair


def of_shapes(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    right = ", and its values are right" if a.size == e.size and pair.same(a.reshape(e.shape), e) else ""
    extra = [i for i in range(a.ndim) if a.shape[i] == 1 and a.shape[:i] + a.shape[i + 1 :] == e.shape]
    if extra:
        yield Finding(
            "keeps_an_axis",
            f"{{it}} keeps axis {extra[0]}, with length 1, which should be gone{right}: is it `keepdims=True`?",
        )
    if a.ndim == e.ndim == 1 and pair.counted:
        yield from _of_a_list(pair)
        return
    if np.squeeze(a).shape == np.squeeze(e).shape and not extra:
        if a.ndim > e.ndim:
            yield Finding("keeps_an_axis", f"{{it}} keeps axes of length 1 that should be gone{right}.")
        elif a.ndim < e.ndim:
            yield Finding("loses_an_axis", f"{{it}} has lost an axis of length 1, which should stay{right}.")
    if a.ndim == e.ndim:
        yield from _of_equal_rank(pair)
    if a.ndim == e.ndim + 1:
        yield from _not_summed(pair)
    if a.ndim + 1 == e.ndim:
        yield from _summed_away(pair)
    if a.size == e.size and sorted(a.shape) != sorted(e.shape):
        orders = right or (", in the right order but for that" if pair.same(a.ravel(), e.ravel()) else "")
        yield Finding("not_reshaped", f"{{it}} has as many entries as it should, in another shape{orders}: reshape it.")
    if e.ndim == 0 and a.size > 1:
        yield Finding("not_reduced", "{it} is an array where one number is expected: is it to be summed or averaged?")
    if a.ndim == 0 and e.size > 1:
        yield Finding("reduced_to_a_number", "{it} is one number where an array is expected: what is it summed over?")
    if a.ndim > e.ndim + 1 and e.ndim:
        yield Finding(
            "too_many_axes", "{it} has more axes than it should: what has been broadcast or not summed?", PLACE
        )
    if a.ndim + 1 < e.ndim and a.ndim:
        yield Finding("too_few_axes", "{it} has fewer axes than it should: what is it summed over?", PLACE)
    if not a.size:
        yield Finding("empty", "{it} is empty: a slice such as [p:-p] is, for p = 0.")
    yield Finding("another_shape", "{it} has another shape than it should.", PLACE)


def _of_a_list(pair: Pair) -> Iterator[Finding]:
    """For lists of integers whose length depends on the data, such as the indices of kept items."""
    mine, right = np.unique(pair.got), np.unique(pair.expected)
    if len(mine) < pair.got.size and len(right) == pair.expected.size:
        yield Finding("some_come_again", "In {it} some come more than once: what has been taken is to be taken out.")
    elif not pair.got.size:
        yield Finding("empty", "{it} is empty, and should not be: does anything get into it?")
    elif right.size and np.isin(right, mine).all():
        yield Finding("holds_others_too", "{it} holds all that it should, and others, too: what should leave them out?")
    elif np.isin(mine, right).all():
        yield Finding("misses_some", "What {it} holds is right, and some are missing: what leaves them out?")
    yield Finding("another_shape", "{it} has another length than it should.", PLACE)


def _of_equal_rank(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    different = [i for i in range(e.ndim) if a.shape[i] != e.shape[i]]
    if sorted(a.shape) == sorted(e.shape):
        for order in itertools.permutations(range(e.ndim)) if e.ndim <= 5 else ():
            if tuple(e.shape[i] for i in order) == a.shape and pair.same(a, e.transpose(order)):
                what = "is transposed" if e.ndim == 2 else f"has its axes in another order, {order}"
                yield Finding("axes_swapped", f"{{it}} {what}; its values are right.")
                return
        if len(different) == 2:
            i, j = different
            said = f"Axes {i} and {j} of {{it}} are exchanged: each has the length of the other."
            yield Finding("axes_swapped", said, by_chance=e.ndim == 4 and i < 2)  # height and width rarely by chance
        else:
            yield Finding("axes_swapped", "The axes of {it} are in another order than they should be.")
    for i in different:
        others = [j for j in range(e.ndim) if j != i and e.shape[j] == a.shape[i] != e.shape[i]]
        if others and different == [i] and a.shape[i] > 1:
            spatial = e.ndim == 4 and i > 1 and others[-1] > 1
            if e.ndim == 4 and not spatial:
                continue  # a height that equals the number of channels is a coincidence
            hint = " Is a width computed with the height?" if spatial else ""
            said = f"Axis {i} of {{it}} has the length of axis {others[-1]}.{hint}"
            yield Finding("length_of_another_axis", said, by_chance=True)
    yield from _borders(pair, different)
    if len(different) == 1 and e.shape[i := different[0]] > 0:
        more = a.shape[i] - e.shape[i]
        elsewhere = a.shape[i] in (*e.shape, *pair.given.lengths.values())  # then it may be the length of another axis
        if a.shape[i] == 1 and not (e.ndim == 4 and i > 1):
            yield Finding("summed_over_an_axis", f"Axis {i} of {{it}} has length 1: has something been summed over it?")
        elif e.shape[i] == 1:
            yield Finding("not_summed", f"Axis {i} of {{it}} should have length 1: sum over it, and keep it.")
        elif abs(more) == 1:
            side = "one entry too many" if more > 0 else "one entry too few"
            said = f"{{it}} has {side} along axis {i}: where does it begin, and end?"
            yield Finding("one_off_in_length", said, by_chance=elsewhere)
        else:
            for factor in (2, 3, 4):
                if a.shape[i] == factor * e.shape[i] or e.shape[i] == factor * a.shape[i]:
                    times = f"{factor} times" if more > 0 else f"1/{factor} of"
                    said = f"Axis {i} of {{it}} is {times} the length that it should be."
                    yield Finding("length_by_a_factor", said, by_chance=elsewhere)
            yield from (
                Finding(
                    "length_of_an_argument", f"Axis {i} of {{it}} has {words}: what is summed, and over which axis?"
                )
                for words, length in pair.given.lengths.items()
                if length == a.shape[i]
            )
            yield Finding("another_length", f"Axis {i} of {{it}} has another length than it should.", PLACE)


def _borders(pair: Pair, different: Sequence[int]) -> Iterator[Finding]:
    """The padding: still there, removed with another number, or missing."""
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
            if "pad" in words and number and all(m == 2 * number for m in more):
                yield Finding(
                    "padding_kept",
                    f"{{it}} is too large by {words} on each side: is the padding still there, or put on twice?",
                )
                return
        if pair.same(a[inner], e):
            yield Finding("border_kept", "{it} is right inside, with a border around it that should be gone.")
    if len(more) == 2 and len(set(more)) == 1:
        wide = "too long" if more[0] > 0 else "too short"
        for words, number in pair.given.numbers.items():
            if "pad" in words and number and abs(more[0]) == 2 * number:
                side = "still has the padding" if more[0] > 0 else "lacks the padding, or has lost it twice"
                yield Finding("padding_in_the_shape", f"{{it}} {side}: its last two axes are {wide} by twice {words}.")
        yield Finding(
            "border", f"The last two axes of {{it}} are {wide} by the same number: how is their length computed?"
        )
    elif len(axes) == 2:
        yield Finding(
            "spatial_shape", "The last two axes of {it} have other lengths: look at size, stride, padding.", PLACE
        )


def _not_summed(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    for axis in range(a.ndim if e.any() or pair.shapes_only else 0):  # sums of 0 are common
        if a.shape[:axis] + a.shape[axis + 1 :] == e.shape and a.shape[axis] > 1:
            for name, reduced in (("summed", a.sum(axis)), ("averaged", a.mean(axis)), ("reduced", a.max(axis))):
                if pair.same(reduced, e):
                    yield Finding(f"not_{name}", f"{{it}} is not {name} over axis {axis}; then it would be right.")
                    return
    for axis in range(a.ndim):
        if a.shape[:axis] + a.shape[axis + 1 :] == e.shape:
            yield Finding(
                "an_axis_too_many", f"{{it}} has an axis too many, axis {axis}: sum over it, or take one of it."
            )
            return


def _summed_away(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if e.ndim == 2 and a.size > 1 and pair.same(a, np.diagonal(e)):
        yield Finding(
            "only_the_diagonal", "{it} is only the diagonal, each with its own partner: all pairs are wanted."
        )
        return
    for axis in range(e.ndim):
        if e.shape[:axis] + e.shape[axis + 1 :] == a.shape:
            for name, reduced in (("summed", e.sum(axis)), ("averaged", e.mean(axis))):
                if pair.same(a, reduced):
                    yield Finding(f"is_{name}", f"{{it}} is {name} over axis {axis}, which should stay as it is.")
                    return
            for name, index in (("first", 0), ("last", -1)):
                if pair.same(a, np.take(e, index, axis)):
                    yield Finding(
                        f"only_the_{name}", f"{{it}} is only the {name} along axis {axis}; all of them are wanted."
                    )
                    return
    missing = [axis for axis in range(e.ndim) if e.shape[:axis] + e.shape[axis + 1 :] == a.shape]
    if missing:
        which = f": axis {missing[0]} is not there" if len(missing) == 1 else ""
        yield Finding("an_axis_too_few", f"{{it}} has one axis too few{which}. What is it summed over, or taken from?")
