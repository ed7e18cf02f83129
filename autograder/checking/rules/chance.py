"""Relations between a random result and the right one. No two draws are equal, so their properties are compared.

A result is a *mask* of the first argument if each entry is that of the argument times 0 or times one other number, as
in dropout. The rules compare how many entries are kept, by what they are multiplied, and along which axis they are
kept together. For a check with `random=True`, arrays of draws are compared, too: their spread, their mean, the kind of
distribution. Only what would be rare by chance counts (five standard deviations).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.checking.replies import Leaves
from autograder.checking.rules.calls import Call, Given
from autograder.checking.rules.finding import DRAWN, Finding
from autograder.checking.values import untorched
from autograder.sandbox.child import protocol

_FEWEST = 8  # entries needed to estimate a share
_FEWEST_DRAWS = 100
_DEVIATIONS = 5.0


def of_draws(random: bool, pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    """Differences between random results and the reference's, call by call.

    pairs: the calls of the exercise, each with the reference's result. random: whether the check is declared so.
    """
    with np.errstate(all="ignore"):
        yield from (replace(finding, tier=DRAWN) for finding in _of_draws(random, pairs))


def _of_draws(random: bool, pairs: Sequence[tuple[Call, Leaves]]) -> Iterator[Finding]:
    masked = [each for pair in pairs if (each := _masked(*pair)) is not None]
    for each in masked:
        found = list(_of_mask(each))
        yield from found
        if found:
            return
    yield from _of_seeds([each for each in masked if each.right.share < 1])
    if random and not masked:
        for call, wanted in pairs:
            w, right = _result(call.gave), _result(wanted)
            if w is None or right is None or w.shape != right.shape or w.size < _FEWEST_DRAWS:
                continue
            found = list(_of_weights(w, right, call.given))
            yield from found
            if found:
                return


def _result(gave: Leaves) -> np.ndarray | None:
    """The array that a call returned, alone or as the first of several values."""
    for path in ((protocol.VALUE,), (protocol.VALUE, 0)):
        value = untorched(gave.get(path))
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size:
            return value.astype(float)
    return None


# ---- masks ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mask:
    """kept: which entries are kept. factor: by which they are multiplied."""

    kept: np.ndarray
    factor: float

    @property
    def share(self) -> float:
        return float(self.kept.mean())

    @classmethod
    def of(cls, out: np.ndarray, x: np.ndarray) -> _Mask | None:
        if out.shape != x.shape or not (x != 0).all() or not np.isfinite(out).all():
            return None
        ratio = out / x
        kept = ratio != 0
        factor = float(np.median(ratio[kept])) if kept.any() else 0.0
        return cls(kept, factor) if np.allclose(ratio[kept], factor, rtol=1e-4, atol=0) else None


@dataclass(frozen=True)
class _Masked:
    """A call whose right result is a mask of x. mine: None if the student's result is not a mask."""

    call: Call
    x: np.ndarray
    out: np.ndarray
    mine: _Mask | None
    right: _Mask

    @property
    def p(self) -> tuple[float, str]:
        """The probability to keep an entry, and its name."""
        spread = _spread(self.right.share, self.x.size)
        numbers = self.call.given.numbers
        near = [(abs(s - self.right.share), s, words) for words, s in numbers.items() if 0 < s < 1]
        if near and min(near)[0] <= spread:
            return min(near)[1:]
        return self.right.share, "the share to keep"


def _spread(p: float, n: int) -> float:
    """How far a share of n draws may be from p by chance, plus one entry."""
    return _DEVIATIONS * math.sqrt(max(p * (1 - p), 1e-9) / n) + 1 / n


def _masked(call: Call, wanted: Leaves) -> _Masked | None:
    x = untorched(call.args[0]) if call.args else None
    out, right = _result(call.gave), _result(wanted)
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f" or out is None or right is None:
        return None
    mask = _Mask.of(right, x) if x.size >= _FEWEST and right.shape == x.shape else None
    if mask is None or mask.factor <= 0 or out.shape != x.shape:
        return None
    if "backward" in call.label:
        return None  # its mask is the forward pass's, which a check compares
    follows_x = mask.share < 1 and any(np.array_equal(mask.kept, there) for there in (x > 0, x < 0))
    return None if follows_x else _Masked(call, x, out, _Mask.of(out, x), mask)


def _of_mask(each: _Masked) -> Iterator[Finding]:
    mine, right, (p, words) = each.mine, each.right, each.p
    if right.share == 1:
        yield from _of_nothing_dropped(each)
        return
    if mine is None:
        yield from _of_no_mask(each)
        return
    n = each.x.size
    if mine.share == 1:
        scaled = "" if math.isclose(mine.factor, 1, rel_tol=1e-4) else ", though they are scaled"
        yield Finding(
            "nothing_dropped",
            f"All entries are kept in training{scaled}: with what are the random numbers compared? "
            "(`r < p / p` is `r < 1`.)",
        )
        return
    if not mine.kept.any():
        yield Finding(
            "everything_dropped", "All entries are dropped in training: what are the random numbers compared with?"
        )
        return
    repeated = [
        axis
        for axis in range(each.x.ndim)
        if each.x.shape[axis] > 1 and not (mine.kept != mine.kept.take([0], axis)).any()
    ]
    if repeated:
        yield Finding(
            "one_mask_along_an_axis",
            f"The mask is the same all along axis {repeated[0]}: draw a number for each entry.",
        )
        return
    share, factor = _share_of(mine, p, words, n), _factor_of(mine, right, p, words)
    turned = 1 / (1 - p)
    is_turned = abs(mine.share - (1 - p)) <= _spread(1 - p, n) and math.isclose(mine.factor, turned, rel_tol=1e-3)
    if share and is_turned and p != 0.5:  # the factor decides if other mistakes would keep about as many
        yield Finding(
            "p_is_taken_to_drop",
            f"{words} is taken for the probability to drop: 1 minus it is kept, and scaled for that. Here it is kept.",
        )
    elif share and factor:
        yield Finding(f"{share.name}_and_{factor.name}", f"{share.says} And {factor.says[0].lower()}{factor.says[1:]}")
    elif share or factor:
        yield share or factor  # type: ignore[misc]


def _share_of(mine: _Mask, p: float, words: str, n: int) -> Finding | None:
    """What is wrong with the number of kept entries."""
    if abs(mine.share - p) <= _spread(p, n):
        return None
    phi = 0.5 * (1 + math.erf(p / math.sqrt(2)))
    known = [
        (1 - p, "keeps_one_minus_p", f"The share that is kept is 1 minus {words}: kept and dropped are exchanged."),
        (phi, "normal_draws", f"More are kept than {words} says, as many as if the numbers were normal: a mask takes "
         "uniform ones, `rand`."),
        (1 - phi, "normal_draws", "As many are kept as if the numbers were normal and the comparison turned: take "
         "uniform ones, `rand`."),
        (p * p, "keeps_p_squared", f"The share that is kept is the square of {words}: is it dropped twice?"),
    ]  # fmt: skip
    fitting = [each for each in known if abs(mine.share - each[0]) <= _spread(each[0], n)]
    if fitting:
        _, name, says = min(fitting, key=lambda each: abs(mine.share - each[0]))
        return Finding(name, says)
    side = "More" if mine.share > p else "Fewer"
    return Finding(
        "keeps_another_share", f"{side} entries are kept than {words} says: how are the numbers drawn and compared?"
    )


def _factor_of(mine: _Mask, right: _Mask, p: float, words: str) -> Finding | None:
    """What is wrong with the factor of the kept entries."""
    if math.isclose(mine.factor, right.factor, rel_tol=1e-4):
        return None
    known = [
        (1.0, "kept_not_scaled", f"What is kept is not scaled: divide it by {words}, here in training."),
        (p, "kept_times_p", f"What is kept is multiplied by {words}, not divided by it."),
        (1 / (1 - p), "kept_by_one_minus_p", f"What is kept is divided by 1 minus {words}, the share that is dropped."),
        (1 - p, "kept_times_one_minus_p", f"What is kept is multiplied by 1 minus {words}: divide by the share kept."),
        (1 / p, "kept_divided_by_p", f"What is kept is divided by {words}; that is not wanted here."),
        (1 / p**2, "kept_divided_twice", f"What is kept is divided by {words} twice."),
    ]
    for value, name, says in known:
        if math.isclose(mine.factor, value, rel_tol=1e-4):
            return Finding(name, says)
    return Finding(
        "kept_by_another_factor", f"What is kept is multiplied by a number that is not 1 divided by {words}."
    )


def _of_nothing_dropped(each: _Masked) -> Iterator[Finding]:
    """For right results that keep everything, as in testing."""
    mine, given = each.mine, each.call.given
    if not any(0 < s <= 1 for s in given.numbers.values()):
        return  # without a probability, it is another function that returns its input
    if mine is None or (mine.share == 1 and math.isclose(mine.factor, each.right.factor, rel_tol=1e-4)):
        return
    if mine.share < 1:
        if given.numbers.get("`p`") == 1:
            yield Finding("drops_for_p_one", "Entries are dropped though `p` is 1: with what are the numbers compared?")
        else:
            yield Finding("drops_in_testing", "Entries are dropped where all are to be kept: is it active in testing?")
        return
    for words, s in given.numbers.items():
        for value, says in ((s, "multiplied by"), (1 / s if s else 0.0, "divided by")):
            if s not in (0.0, 1.0) and math.isclose(mine.factor, value, rel_tol=1e-4):
                yield Finding(
                    "scaled_in_testing",
                    f"Where nothing is dropped the result is {says} {words}: it is the input there.",
                )
                return
    yield Finding("scaled_in_testing", "Where nothing is dropped the result is scaled: it is the input there.")


def _of_no_mask(each: _Masked) -> Iterator[Finding]:
    """For results whose entries are neither 0 nor one multiple of x."""
    out, x = each.out, each.x
    values = np.unique(np.round(out, 9))
    if len(values) <= 2:
        yield Finding("is_the_mask", "The result is the mask itself; the input is to be multiplied by it.")
        return
    ratio = out / x
    if len(np.unique(np.round(ratio, 9))) > 10:
        if (ratio >= 0).all():
            yield Finding(
                "draws_not_compared",
                "The input is multiplied by the random numbers themselves; they are to be compared.",
            )
        else:
            yield Finding(
                "not_a_mask",
                "What the input is multiplied by is not 0 or one number, but takes many values, of both signs.",
            )


def _of_seeds(masked: Sequence[_Masked]) -> Iterator[Finding]:
    """For two calls on the same x: masks should differ, except for the same seed."""
    for i, one in enumerate(masked):
        for other in masked[i + 1 :]:
            if one.mine is None or other.mine is None or one.x.shape != other.x.shape or one.x.size < 5 * _FEWEST:
                continue
            mine = np.array_equal(one.mine.kept, other.mine.kept)
            right = np.array_equal(one.right.kept, other.right.kept)
            if mine and not right:
                yield Finding(
                    "same_mask_again", "Two calls that should differ drop the same entries: what is it seeded with?"
                )
                return
            if right and not mine and not np.array_equal(one.out, other.out):
                yield Finding(
                    "seed_ignored", "Two calls with one seed drop different entries: is every number drawn from it?"
                )
                return


# ---- arrays of draws ------------------------------------------------------------------------------------------------


def _of_weights(w: np.ndarray, right: np.ndarray, given: Given) -> Iterator[Finding]:
    """Spread, mean and kind of distribution of an array of draws."""
    n, s, wanted = w.size, float(w.std()), float(right.std())
    if not np.isfinite(w).all() or not wanted:
        return
    if not s:
        yield Finding("draws_all_the_same", "All values are the same: nothing is drawn.")
        return
    for axis in range(w.ndim):
        if w.shape[axis] > 1 and not np.ptp(w, axis=axis).any():
            yield Finding(
                "draws_repeat_along_an_axis", f"The values repeat all along axis {axis}: draw one for each entry."
            )
            return
    if abs(w.mean() - right.mean()) > _DEVIATIONS * (s + wanted) / math.sqrt(n):
        positive = " None is negative: is it a draw from 0 to 1?" if (w >= 0).all() else ""
        yield Finding("draws_of_another_mean", f"The values have another mean than they should.{positive}")
        return
    kinds = [_kind(each) for each in (w, right)]
    ratio, band = s / wanted, _DEVIATIONS / math.sqrt(n)
    same_spread = abs(math.log(ratio)) <= band
    if kinds[0] != kinds[1]:
        spread = "with the right spread" if same_spread else f"and too {'wide' if ratio > 1 else 'narrow'}"
        yield Finding("draws_of_another_kind", f"The values are {kinds[0]}, {spread}; they should be {kinds[1]}.")
    if same_spread:
        return
    side = "wide" if ratio > 1 else "narrow"
    known = [
        (wanted, "variance_for_spread", "by as much as if the variance were taken for the standard deviation"),
        (wanted**-0.5, "root_of_spread", "by as much as if the root of the standard deviation were taken"),
        (3**0.5, "root_three", "by the root of 3: a draw from -a to a has the standard deviation a / root of 3"),
        (3**-0.5, "root_three", "by the root of 3: a draw from -a to a has the standard deviation a / root of 3"),
        (2**0.5, "root_two", "by the root of 2"), (0.5**0.5, "root_two", "by the root of 2"),
        (2.0, "by_two", "by a factor 2"), (0.5, "by_two", "by a factor 2"),
    ]  # fmt: skip
    shape = w.shape
    if len(shape) >= 2 and shape[0] != shape[1]:
        fans = (shape[0] / shape[1]) ** 0.5
        known += [(fans, "other_fan", "by as much as if the other fan were taken"),
                  (1 / fans, "other_fan", "by as much as if the other fan were taken")]  # fmt: skip
    for words, number in given.numbers.items():
        if number > 0 and number != 1:
            known += [
                (number, "by_an_argument", f"by a factor {words}"),
                (1 / number, "by_an_argument", f"by a factor {words}"),
                (number**2, "by_an_argument_twice", f"as if multiplied by {words} where it is to be divided by it"),
                (number**-2, "by_an_argument_twice", f"as if divided by {words} where it is to be multiplied by it"),
            ]
    fitting = [each for each in known if each[0] > 0 and abs(math.log(ratio / each[0])) <= band]
    if fitting and band < 0.3:
        best = min(fitting, key=lambda each: abs(math.log(ratio / each[0])))
        yield Finding(f"too_{side}_{best[1]}", f"The values spread too {side}ly, {best[2]}.".replace("widely", "far"))
    yield Finding(
        f"draws_too_{side}",
        f"The values spread too {'far' if side == 'wide' else 'little'}: how is the scale computed?",
    )


def _kind(w: np.ndarray) -> str:
    """The distribution of an array: this many normal draws never stay as close to the mean as uniform ones do."""
    centred = np.abs(w - w.mean())
    if len(np.unique(w)) <= 3:
        return "two or three numbers"
    return "uniform" if centred.max() < 1.85 * w.std() else "normal"
