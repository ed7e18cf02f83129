"""The error of a single number: a constant, or one term of the function's arguments."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from autograder.checking.rules.finding import Finding
from autograder.checking.rules.pair import Pair
from autograder.checking.values import is_a_fraction

_CONSTANTS = (("1", 1.0), ("log 2", math.log(2)), ("log 2π", math.log(2 * math.pi)), ("π", math.pi))
_WEIGHTS = (("", 1.0), ("half of ", 0.5), ("twice ", 2.0))
_SMALLEST = 1e-3  # of the error relative to the number; a smaller error has too few digits of its own
_RTOL = 1e-6


def single(pair: Pair) -> Iterator[Finding]:
    """The error of a single number is a term: the simplest one that matches."""
    if pair.expected.size != 1 or pair.whole:
        return
    error, size = (pair.got - pair.expected).item(), abs(pair.expected.item())
    if abs(error) <= _SMALLEST * size or float(error).is_integer():
        return  # many sums are integers
    bound = _RTOL * abs(error) + 1e-12 * size + pair.coarse * size
    if bound > 1e-4 * abs(error):
        return
    lengths = [("", 1.0), *((f", {how} {words}", factor) for how, words, factor in _lengths(pair))]
    shares = [n for _, n in lengths if n < 1 and all(is_a_fraction(x) and _is_whole(x / n) for x in (error, size))]
    for (weight, w), (times, n), (term, t) in itertools.product(_WEIGHTS, lengths, _terms(pair)):
        if n in shares and float(t).is_integer():
            continue  # two fractions of the same count always differ by such a fraction
        if abs(abs(error) - abs(w * n * t)) <= bound:
            said = f"{{it}} is off by {weight}{term}{times}: a term is missing, or one too many."
            yield Finding("off_by_a_term", said, by_chance=is_a_fraction(error))
            return


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) <= _RTOL


def _lengths(pair: Pair) -> Iterator[tuple[str, str, float]]:
    for words, n in pair.given.lengths.items():
        yield "times", words, float(n)
        yield "divided by", words, 1.0 / n


def _terms(pair: Pair) -> list[tuple[str, float]]:
    found = list(_CONSTANTS)
    for words, s in pair.given.numbers.items():
        found += [(words, s), (f"the square of {words}", s * s)]
        if s > 0:
            found.append((f"the logarithm of {words}", math.log(s)))
    for words, v in pair.given.arrays.items():
        if v.dtype.kind == "f" and v.size > 1:
            found += [
                (f"the sum of {words}", float(v.sum())), (f"the mean of {words}", float(v.mean())),
                (f"the sum of squares of {words}", float((v**2).sum())),
                (f"the sum of sizes of {words}", float(np.abs(v).sum())),
            ]  # fmt: skip
            if (v > 0).all():
                found.append((f"the sum of logarithms of {words}", float(np.log(v).sum())))
    return [(words, value) for words, value in found if math.isfinite(value) and value]
