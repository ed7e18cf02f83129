"""The right values in other places, with other signs, or summed along an axis."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

import numpy as np

from autograder.checking.rules.finding import Finding
from autograder.checking.rules.pair import Pair, distinct

_MANY = 64  # rows that are searched for among each other


def orders(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if a.size < 2:
        return
    for i, j in itertools.combinations(range(e.ndim), 2):
        if e.shape[i] == e.shape[j] > 1 and pair.same(a, e.swapaxes(i, j)):
            what = "{it} is transposed" if e.ndim == 2 else f"Axes {i} and {j} of {{it}} are exchanged"
            yield Finding("axes_swapped", f"{what}; its values are right.")
    for axis in range(e.ndim):
        if e.shape[axis] < 2:
            continue
        if pair.same(a, np.flip(e, axis)):
            yield Finding("reversed", f"{{it}} is reversed along axis {axis}.")
        yield from _shifts(pair, axis)
        yield from _permuted(pair, axis)
    for axes in itertools.combinations(range(e.ndim), 2):
        if min(e.shape[i] for i in axes) > 1 and pair.same(a, np.flip(e, axes)):
            yield Finding("reversed", f"{{it}} is reversed along axes {axes[0]} and {axes[1]}.")
    if distinct(e) > 2 and pair.same(np.sort(a, axis=None), np.sort(e, axis=None)):
        yield Finding(
            "another_order", "{it} has the right values at other places: look at reshape, transpose and order."
        )


def _shifts(pair: Pair, axis: int) -> Iterator[Finding]:
    a, e = np.moveaxis(pair.got, axis, 0), np.moveaxis(pair.expected, axis, 0)
    if len(e) < 3 or distinct(e) < 3 or not np.ptp(e, axis=0).any():
        return
    for late, mine, theirs in ((True, a[1:], e[:-1]), (False, a[:-1], e[1:])):
        if pair.same(mine, theirs):
            side = "late" if late else "early"
            yield Finding(
                f"one_step_{side}", f"Along axis {axis}, {{it}} comes one step {side}: each has its neighbor's value."
            )


def _permuted(pair: Pair, axis: int) -> Iterator[Finding]:
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
                yield Finding(
                    "blocks_exchanged",
                    f"Along axis {axis}, {{it}} has its {blocks} blocks in another order, {order}: are they gates?",
                )
                return
    yield Finding("permuted", f"{{it}} has its entries along axis {axis} in another order; they are right otherwise.")


def sums(pair: Pair) -> Iterator[Finding]:
    """All lines along one axis have the sum that those along another axis should have."""
    a, e = pair.got, pair.expected
    if e.ndim not in (2, 3) or e.size < 6:
        return
    size = float(np.max(np.abs(e)))
    for axis, other in itertools.permutations(reversed(range(e.ndim)), 2):
        if min(e.shape[axis], e.shape[other]) < 2:
            continue
        sums_of = e.sum(axis), a.sum(other), e.sum(other), a.sum(axis)
        same = [bool(np.max(np.abs(each - sums_of[0].flat[0])) <= 1e-6 * size) for each in sums_of]
        if same == [True, True, False, False]:
            said = f"{{it}} adds up along axis {other} as it should along axis {axis}: over which axis is it summed?"
            yield Finding("sums_along_another_axis", said)
            return


def signs(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    if distinct(np.abs(e)) > 1 and pair.same(np.abs(a), np.abs(e)):
        yield Finding("some_signs", "All values of {it} have the right size, and some the wrong sign.")


def running(pair: Pair) -> Iterator[Finding]:
    a, e = pair.got, pair.expected
    for axis in range(e.ndim):
        if e.shape[axis] > 2:
            for back in (False, True):
                turn = functools.partial(np.flip, axis=axis) if back else np.asarray
                if pair.same(turn(np.cumsum(turn(a), axis)), e):
                    yield Finding(
                        "not_accumulated", f"{{it}} is not summed up along axis {axis}: each is only its own part."
                    )
                elif pair.same(a, turn(np.cumsum(turn(e), axis))):
                    yield Finding(
                        "accumulated", f"{{it}} is summed up along axis {axis}; each should be its own part only."
                    )
