"""Two values that differ, as stored in a report: where and by how much, and as maps around the largest difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.checking.compare import allowed
from autograder.checking.values import untorched
from autograder.errors import Mismatch
from autograder.report.evidence import LONGEST_SIDE, Evidence, Figure
from autograder.report.results import Compared

_CLOSE = 1e-7  # the default rtol of `close`
_FAINT = 8  # differences below this fraction of the values are hard to see next to them


def compared(mismatch: Mismatch | None, relation: str | None = None) -> Compared | None:
    """What a report stores about two values that differ; None if they are not two numeric arrays."""
    if mismatch is None or (pair := _arrays_of(mismatch)) is None:
        return None
    a, e = pair
    found = Compared(mismatch.name[:200], a.shape, e.shape, relation=relation)
    if a.shape != e.shape or not a.size:
        return found
    x, y = a.astype(float).ravel(), e.astype(float).ravel()
    error = _errors(x, y)
    worst = int(np.argmax(error))
    bound = allowed(untorched(mismatch.got), float(np.max(np.abs(y[np.isfinite(y)]), initial=0.0)), _CLOSE)
    got, expected = (float(each[worst]) if np.isfinite(each[worst]) else None for each in (x, y))
    at = tuple(map(int, np.unravel_index(worst, e.shape)))
    return replace(found, at=at, got=got, expected=expected, wrong=int(np.count_nonzero(error > bound)) or 1)


def pictured(mismatch: Mismatch | None) -> tuple[Figure, ...]:
    """Two arrays of the same shape (..., H, W) that differ, and got - expected, as maps around the largest difference.

    Empty if there are no two such arrays. The maps are cut off at `LONGEST_SIDE`. A difference that is too small to be
    visible on the scale of the values has its own scale.
    """
    if mismatch is None or (pair := _arrays_of(mismatch)) is None:
        return ()
    got, expected = (each.astype(float) for each in pair)
    if got.shape != expected.shape or got.ndim < 2 or min(got.shape[-2:], default=0) < 2:
        return ()
    worst = tuple(map(int, np.unravel_index(int(np.argmax(_errors(got, expected))), got.shape)))
    starts = [max(0, min(at - LONGEST_SIDE // 2, n - LONGEST_SIDE)) for at, n in zip(worst, got.shape, strict=True)]
    window: tuple[int | slice, ...] = (*worst[:-2], *(slice(start, start + LONGEST_SIDE) for start in starts[-2:]))
    maps = np.nan_to_num([got[window], expected[window]], posinf=0.0, neginf=0.0)
    high = float(np.abs(maps).max()) or 1.0
    plane = f"[{', '.join(map(str, worst[:-2]))}]" if worst[:-2] else ""
    if plane and " " in mismatch.name:
        plane = f", at {plane}"
    off = np.clip(maps[0] - maps[1], -high, high)
    largest = float(np.abs(off).max())
    faint = 0 < largest < high / _FAINT
    evidence = Evidence()
    evidence.images(
        f"{mismatch.name}{plane}, from {-high:.3g} (black) to {high:.3g} (white)",
        [*(0.5 + each / (2 * high) for each in maps), 0.5 + off / (2 * (largest if faint else high))],
        ["got", "expected", f"difference, from {-largest:.2g} to {largest:.2g}" if faint else "difference"],
    )
    return tuple(evidence.figures)


def _arrays_of(mismatch: Mismatch) -> tuple[np.ndarray, np.ndarray] | None:
    """Got and expected as real arrays of any shape; None if they are not numeric."""
    try:
        a, e = (np.asarray(untorched(value)) for value in (mismatch.got, mismatch.expected))
    except ValueError:
        return None
    return (a, e) if a.dtype.kind in "biuf" and e.dtype.kind in "biuf" else None


def _errors(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x - y|; 0 where both are the same infinity or NaN, and infinite where one of them is."""
    with np.errstate(all="ignore"):
        return np.where((x == y) | (np.isnan(x) & np.isnan(y)), 0.0, np.nan_to_num(np.abs(x - y), nan=np.inf))
