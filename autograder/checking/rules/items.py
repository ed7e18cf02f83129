"""Relations between the items of a list: the same item repeated, some of a pool twice and others never."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checking.replies import Leaves, same_value
from autograder.checking.rules.calls import Call
from autograder.checking.rules.finding import Finding
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol

_FEWEST = 6  # items of a pool; with fewer, one may come twice by chance
_MOST = 4096


def of_items(pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """What is true of the items that calls returned. pairs: calls of the exercise, each with the reference's result."""
    for call, wanted in pairs:
        found = [*_all_the_same(call.gave, wanted), *_of_a_pool(call.gave, wanted)]
        yield from found
        if found:
            return


def _all_the_same(gave: Leaves, wanted: Leaves) -> Iterator[Finding]:
    count = wanted.get((protocol.VALUE, "length"))
    if not isinstance(count, int) or not 3 <= count <= _MOST or gave.get((protocol.VALUE, "length")) != count:
        return
    mine, right = _items(gave, count), _items(wanted, count)
    if mine[0] and _are_equal(mine) and not _are_equal(right):
        yield Finding(
            "items_all_the_same",
            "All items of {it} are the same: are they one object, or made in the same way each time?",
        )


def _items(gave: Leaves, count: int) -> list[dict[Any, Any]]:
    items: list[dict[Any, Any]] = [{} for _ in range(count)]
    for path, part in gave.items():
        if path[0] == protocol.VALUE and len(path) > 1 and isinstance(path[1], int) and path[1] < count:
            items[path[1]][path[2:]] = part
    return items


def _are_equal(items: Sequence[dict[Any, Any]]) -> bool:
    first = items[0]
    return all(
        each.keys() == first.keys() and all(same_value(each[key], first[key]) for key in first) for each in items[1:]
    )


def _of_a_pool(gave: Leaves, wanted: Leaves) -> Iterator[Finding]:
    """Each entry of a pool should come once, but some come twice; or the other way round."""
    mine, right = _pools(gave), _pools(wanted)
    for key in mine.keys() & right.keys():
        a, e = mine[key], right[key]
        if len(a) != len(e) or not _FEWEST <= len(e) <= _MOST or a.shape[1:] != e.shape[1:]:
            continue
        few, all_of_them = np.unique(a, axis=0), np.unique(e, axis=0)
        if len(all_of_them) == len(e) and len(few) < len(a) and _is_within(few, all_of_them):
            yield Finding(
                "some_come_twice",
                "In {it} some come twice, and others never: what has been taken is not to be taken again.",
            )
        elif len(few) == len(a) and 5 * len(all_of_them) < 4 * len(e) and _is_within(all_of_them, few):
            yield Finding("none_comes_twice", "In {it} none comes twice: is it drawn without replacement?")


def _pools(gave: Leaves) -> dict[Any, np.ndarray]:
    """The integer arrays at the same place in each item, concatenated; a single array alone."""
    found: dict[Any, list[np.ndarray]] = {}
    for path, part in gave.items():
        value = untorched(part)
        if path[0] == protocol.VALUE and isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "iu":
            found.setdefault((len(path), path[2:]), []).append(value)
    pools = {}
    for key, arrays in found.items():
        if len({array.shape[1:] for array in arrays}) == 1:
            pools[key] = np.concatenate(arrays)
    return pools


def _is_within(few: np.ndarray, many: np.ndarray) -> bool:
    return len(np.unique(np.concatenate([few, many]), axis=0)) == len(many)
