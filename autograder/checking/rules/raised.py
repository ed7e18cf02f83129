"""What an exception says of the shapes and indices that met in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from autograder.checking.rules.finding import Finding

_SHAPE = r"\(([\d,]*)\)"
_BROADCAST = re.compile(rf"could not be broadcast together.*?{_SHAPE} {_SHAPE}")
_INTO = re.compile(rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}")
_MATMUL = re.compile(r"matmul.*?size (\d+) is different from (\d+)")
_DOT = re.compile(rf"shapes {_SHAPE} and {_SHAPE} not aligned")
_BOUNDS = re.compile(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")
_RESHAPE = re.compile(r"cannot reshape array")
_AXIS = re.compile(r"axis (-?\d+) is out of bounds for array of dimension (\d+)")


def of_exception(kind: str, message: str, arrays: Mapping[str, np.ndarray]) -> Iterator[Finding]:
    """What is known of an exception that should not have been raised. arrays: what the function was given."""
    if match := _BOUNDS.search(message):
        index, axis, size = map(int, match.groups())
        yield from _out_of_bounds(index, axis, size, arrays)
    elif match := _INTO.search(message):
        yield _unfitting(
            _lengths(match[1]), _lengths(match[2]), "What is assigned has another shape than the place that it goes to"
        )
    elif match := _BROADCAST.search(message):
        yield _unfitting(
            _lengths(match[1]), _lengths(match[2]), "Two arrays of shapes that do not fit meet in one operation"
        )
    elif _MATMUL.search(message) or _DOT.search(message):
        yield Finding(
            "raises_in_a_matrix_product",
            "A matrix product is taken of shapes that do not fit: the last axis of the left one and the last but one "
            "of the right one differ. Which is to be transposed, or reshaped?",
        )
    elif _RESHAPE.search(message):
        yield Finding(
            "raises_in_reshape", "A reshape asks for another number of entries than there are: which axis is it?"
        )
    elif match := _AXIS.search(message):
        yield Finding(
            "raises_for_an_axis", "It asks for an axis that the array has not: does it take fewer axes than come?"
        )
    elif kind == "IndexError":
        yield Finding("raises_index_error", "An index is not valid: how many axes and entries has what is indexed?")
    elif kind == "KeyError":
        yield Finding(
            "raises_key_error", f"It asks a dict for {message.strip()[:40]}, which is not in it: is there a default?"
        )
    elif kind == "ZeroDivisionError":
        yield Finding("raises_division_by_zero", "It divides by 0: what is the divisor for this input?")
    elif kind == "UnboundLocalError":
        yield Finding("raises_unknown_name", "It uses a name that has no value yet: is it set on every path?")
    elif kind == "NameError":
        yield Finding(
            "raises_undefined_name",
            "It uses a name that is defined nowhere: is it misspelled, or set in a cell that has not run?",
        )
    elif kind == "TypeError" and "positional argument" in message:
        yield Finding(
            "raises_for_its_arguments",
            "A function gets other arguments than it takes: compare the signatures.",
        )
    elif kind == "TypeError" and "NoneType" in message:
        yield Finding("raises_for_none", "It works with None: which value is not given, or not returned?")
    elif kind == "TypeError" and "scalar array" in message:
        yield Finding(
            "raises_for_an_array",
            "An array stands where a whole number is needed, such as an axis or an index.",
        )
    elif kind == "TypeError" and "multiply sequence" in message:
        yield Finding("raises_for_a_sequence", "A tuple or a list is multiplied: is it to be unpacked first?")
    elif kind == "TypeError" and ("integer" in message or "float" in message):
        yield Finding("raises_for_a_float", "A float stands where a whole number is needed: `//` gives a whole one.")
    elif kind in ("OverflowError", "FloatingPointError"):
        yield Finding("raises_overflow", "A number grows too large: what is exp taken of?")
    elif kind == "AttributeError":
        yield Finding(
            "raises_unknown_attribute", "It asks an object for what that does not have: what is its type here?"
        )
    elif kind == "ValueError" and "truth value" in message:
        yield Finding(
            "raises_for_a_truth_value", "An array stands where one truth value is needed: np.where, .any(), .all()."
        )
    elif (kind == "ValueError" and "not enough values" in message) or "too many values" in message:
        yield Finding(
            "raises_when_unpacking", "What is unpacked has another number of items: how many axes has the shape?"
        )
    elif kind == "IndentationError":
        return


def _lengths(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def _unfitting(a: tuple[int, ...], b: tuple[int, ...], says: str) -> Finding:
    if len(a) == len(b) == 2 and a == b[::-1]:
        return Finding("raises_for_a_transpose", f"{says}: one is transposed.")
    if len(a) == len(b) and sorted(a) == sorted(b):
        return Finding("raises_for_swapped_axes", f"{says}: axes are exchanged, such as height and width.")
    if len(a) != len(b):
        return Finding(
            "raises_for_shapes",
            f"{says}: they have {len(a)} and {len(b)} axes. Is `keepdims=True` missing, or a reshape?",
        )
    different = [i for i in range(len(a)) if a[i] != b[i] and 1 not in (a[i], b[i])]
    if len(different) == 1:
        return Finding(
            "raises_for_one_axis", f"{says}: they differ along axis {different[0]}. How long should it be there?"
        )
    return Finding("raises_for_shapes", f"{says}: which of them has the wrong one?")


def _out_of_bounds(index: int, axis: int, size: int, arrays: Mapping[str, np.ndarray]) -> Iterator[Finding]:
    others = [
        (words, i) for words, array in arrays.items() for i, length in enumerate(array.shape) if index < length != size
    ]
    if index == size:
        along = ", or is it counted along another axis" * bool(others)
        yield Finding(
            "raises_one_past_the_end",
            f"An index runs one past the end of axis {axis}: where does the loop end{along}?",
        )
    elif index >= 0 and others:
        yield Finding(
            "raises_out_of_bounds",
            f"An index runs past the end of axis {axis}, which is shorter than others: is it counted along another "
            "axis, such as the height for the width?",
        )
    else:
        yield Finding("raises_out_of_bounds", f"An index runs past the end of axis {axis}: what is it counted along?")
