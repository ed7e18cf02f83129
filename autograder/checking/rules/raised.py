"""What an exception tells about the shapes and indices that caused it.

Students read these sentences for hidden checks, too, and their code chooses the messages of its exceptions. So no
sentence repeats any word of them, or any number that is not one of a few.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from autograder.checking.rules.calls import ORDINALS
from autograder.checking.rules.finding import Finding

_SHAPE = r"\(([\d,]*)\)"
_BROADCAST = re.compile(rf"could not be broadcast together.*?{_SHAPE} {_SHAPE}")
_TENSORS = re.compile(
    r"The size of tensor a \(\d+\) must match the size of tensor b \(\d+\) at non-singleton dimension (\d)"
)
_SIZE = r"(\d{1,9})"
_JOINED = re.compile(  # torch's words, and NumPy's
    rf"match except in dimension (\d)\. Expected size {_SIZE} but got size {_SIZE} for tensor number {_SIZE}"
    rf"|along dimension \d, the array at index \d+ has size {_SIZE} and the array at index {_SIZE} has size {_SIZE}"
)
_INTO = re.compile(rf"could not broadcast input array from shape {_SHAPE} into shape {_SHAPE}")
_BOUNDS = re.compile(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")
_MOST_AXES = 6  # of arrays; a larger number may be a message that the student chose


@dataclass(frozen=True)
class _Known:
    """A known message of an exception that tells what has happened, in any code.

    kind: its type, several separated by `|`; "" for any. words: a pattern in its message.
    """

    kind: str
    words: str
    name: str
    says: str

    def fits(self, kind: str, message: str) -> bool:
        return (not self.kind or kind in self.kind.split("|")) and re.search(self.words, message) is not None


_PRODUCT = (
    "raises_in_a_matrix_product",
    "A matrix product is taken of shapes that do not fit: the last axis of the left one and the last but one of the "
    "right one differ. Which is to be transposed, or reshaped?",
)
_RESHAPE = "raises_in_reshape", "A reshape asks for another number of entries than there are: which axis is it?"
_AXIS = "raises_for_an_axis", "It asks for an axis that the array has not: does it take fewer axes than come?"
_UNPACKING = "raises_when_unpacking", "What is unpacked has another number of items: how many axes has the shape?"
# The first match counts: messages of NumPy and torch, and at the end what a type alone tells.
_KNOWN = (
    _Known("", rf"matmul.*?size \d+ is different from \d+|shapes {_SHAPE} and {_SHAPE} not aligned", *_PRODUCT),
    _Known("", r"shape-mismatch for sum", "raises_in_a_sum_of_products",
           "A sum of products runs over axes of unequal lengths: which axes of the two belong together?"),
    _Known("", r"Target size|[Ee]xpected .* for target|target .*(out of bounds|batch_size)|input batch_size",
           "raises_in_the_loss",
           "The loss gets outputs and targets that do not go together: which shape and dtype has each?"),
    _Known("", r"cannot reshape array", *_RESHAPE),
    _Known("", r"axis -?\d+ is out of bounds for array of dimension \d+", *_AXIS),
    _Known("TypeError|AttributeError", r"'NoneType'", "raises_for_none",
           "It works with None: which value is not given, or not returned?"),
    _Known("TypeError", r"multiply sequence|unsupported operand.*'(tuple|list)'", "raises_for_a_sequence",
           "A tuple or a list stands where a number or an array is needed: is it to be unpacked, or made an array?"),
    _Known("TypeError", r"object is not subscriptable|object is not iterable|has no len\(\)", "raises_for_one_value",
           "A single value is taken for several: it is indexed, unpacked or gone through."),
    _Known("TypeError", r"only (length-1|0-dim|size-1)|one element tensors can be",
           "raises_for_one_number", "An array stands where one number is needed: is it taken over all axes?"),
    _Known("TypeError", r"only integer tensors", "raises_for_an_array",
           "A tensor stands where one whole number is needed: as an index, as a length, or times a tuple or a list."),
    _Known("TypeError", r"failed to unpack|must be tuple of|must be \w+, not (tuple|list)", "raises_for_a_tuple",
           "A function gets a tuple or a list for a number, or the other way round: what may the argument be?"),
    _Known("TypeError", r"object is not callable", "raises_for_a_call",
           "Something is called that is no function: does a variable have a function's name?"),
    _Known("", r"must be a matrix|matrices expected|Expected (2|3|4)D|expected .* dimensional input",
           "raises_for_its_axes",
           "An operation gets an array of more or fewer axes than it takes: which inputs are allowed?"),
    _Known("AssertionError", r"No inf checks were recorded", "raises_for_an_unscaled_step",
           "The scaler has looked at no gradients: is the loss scaled, and does the step go through the scaler?"),
    _Known("AttributeError", r"before Module.__init__", "raises_before_its_parent",
           "A layer is assigned before the module is one: super().__init__() comes first."),
    _Known("", r"window shape cannot be larger", "raises_for_a_window",
           "A window is larger than what it is laid on: how large is it here, and what is it laid on?"),
    _Known("", r"zero-size array|numel\(\) == 0|empty sequence|empty slice|non-zero size|argument is empty|non-empty",
           "raises_for_nothing", "Something is taken of an empty array or list: why is that empty?"),
    _Known("IndexError", r"(list|tuple) index out of range|pop from empty", "raises_past_the_end",
           "An index runs past the end of a list or a tuple: how many items has it here?"),
    _Known("", r"negative dimensions|tensor with negative dimension", "raises_for_a_negative_length",
           "An array of a negative length is asked for: how is the length computed?"),
    _Known("ValueError", r"inhomogeneous|setting an array element with a sequence", "raises_for_unequal_rows",
           "Lists or arrays of unequal shapes are put into one array."),
    _Known("", r"must match exactly|must have the same shape|stack expects each", "raises_when_joining",
            "Arrays of unequal shapes are joined: along which axis, and may they be unequal?"),
    _Known("IndexError", r"boolean index did not match|shape of the mask", "raises_for_a_mask",
           "A mask has another shape than what it is to choose from."),
    _Known("IndexError", r"of integer \(or boolean\) type|tensors used as indices", "raises_for_an_index",
           "An array is an index, and does not hold whole numbers: what is its dtype?"),
    _Known("", r"[Cc]annot cast ufunc|can't be cast to", "raises_for_a_dtype",
           "A result is put into an array whose dtype cannot hold it: does that hold whole numbers?"),
    _Known("ValueError", r"read-only", "raises_for_read_only",
           "It writes into an array that is read-only: work on a copy."),
    _Known("", r"cannot convert float (NaN|infinity)", "raises_for_nan", "nan or infinity is made a whole number."),
    _Known("ValueError", r"math domain error|expected a (nonnegative|positive) input", "raises_outside_the_domain",
           "A root or a logarithm is taken of a number that has none."),
    _Known("", r"[Pp]robabilities (do not sum|contain NaN|are not non-neg)|probability tensor contains",
           "raises_for_probabilities", "What it draws with are no probabilities: are they at least 0, and 1 in sum?"),
    _Known("RecursionError", r"", "raises_too_deep",
           "A function calls itself too often: does it end, and for a long chain?"),
    _Known("RuntimeError", r"changed size during iteration|mutated during iteration", "raises_for_a_change",
           "A dict, list or set is changed while a loop goes through it."),
    _Known("RuntimeError", r"mat1 and mat2 shapes|size mismatch, got|inconsistent tensor size", *_PRODUCT),
    _Known("RuntimeError", r"is invalid for input of size", *_RESHAPE),
    _Known("RuntimeError", r"view size is not compatible", "raises_for_a_view",
           "`view` needs entries that lie in order: after a transpose take `reshape`."),
    _Known("IndexError", r"Dimension out of range", *_AXIS),
    _Known("RuntimeError", r"to have \d+ channels, but got", "raises_for_channels",
           "A layer gets another number of channels than it was made for."),
    _Known("RuntimeError", r"expected scalar type|have the same dtype|Found dtype|type .* should be the same",
           "raises_for_two_dtypes", "Tensors of two dtypes meet in one operation: where does the other one come from?"),
    _Known("RuntimeError", r"Expected all tensors to be on the same device", "raises_for_two_devices",
           "Tensors on two devices meet: what is not moved?"),
    _Known("RuntimeError", r"does not require grad", "raises_without_a_graph",
           "backward() has no graph to go through: was something detached, made a number, or computed under no_grad?"),
    _Known("RuntimeError", r"not have been used in the graph", "raises_for_an_unused_tensor",
           "A gradient is taken for a tensor that the result does not depend on: with allow_unused=True it is None."),
    _Known("RuntimeError", r"created only for scalar outputs", "raises_for_many_outputs",
           "backward() starts at one number, and this is an array: is it to be summed or averaged?"),
    _Known("RuntimeError", r"backward through the graph a second time", "raises_the_second_time",
           "backward() goes through a graph a second time: what is kept from the step before?"),
    _Known("RuntimeError", r"leaf [Vv]ariable that requires grad", "raises_in_place",
           "A parameter is changed in place while gradients are recorded: torch.no_grad()."),
    _Known("RuntimeError", r"modified by an inplace operation", "raises_in_place",
           "A tensor that backward() needs is changed in place: work on a new one."),
    _Known("RuntimeError", r"Can't call numpy\(\) on Tensor that requires grad", "raises_for_numpy",
           "A tensor with a graph is made an array: detach it first."),
    _Known("IndexError", r"ind", "raises_index_error",
           "An index is not valid: how many axes and entries has what is indexed?"),
    _Known("KeyError", r"", "raises_key_error", "It asks a dict for a key that is not in it: is there a default?"),
    _Known("ZeroDivisionError", r"", "raises_division_by_zero",
           "It divides by 0: what is the divisor for this input?"),
    _Known("UnboundLocalError", r"", "raises_unknown_name",
           "It uses a name that has no value yet: is it set on every path?"),
    _Known("NameError", r"", "raises_undefined_name",
           "It uses a name that is defined nowhere: is it misspelled, or set in a cell that has not run?"),
    _Known("TypeError", r"positional argument", "raises_for_its_arguments",
           "A function gets other arguments than it takes: compare the signatures."),
    _Known("TypeError", r"scalar array", "raises_for_an_array",
           "An array stands where a whole number is needed, such as an axis or an index."),
    _Known("TypeError|IndexError", r"integer", "raises_for_a_float",
           "A float stands where a whole number is needed: `//` gives a whole one."),
    _Known("TypeError", r"unsupported operand type", "raises_for_two_types",
           "Two values whose types do not go together meet in one operation: which one should be another?"),
    _Known("OverflowError|FloatingPointError", r"", "raises_overflow",
           "A number grows too large: what is exp taken of?"),
    _Known("AttributeError", r"'(int|float|complex|numpy\.\w*(int|float)\d+)' object has no", "raises_for_a_number",
           "It asks a plain number for what only an array or another object has: what is its type here?"),
    _Known("AttributeError", r"'(list|tuple|dict|set|str)' object has no", "raises_for_a_container",
           "It asks a list, a tuple, a dict or a text for what only another object has: what is its type here?"),
    _Known("AttributeError", r"has no attribute", "raises_unknown_attribute",
           "It asks an object for what that does not have: what is its type here?"),
    _Known("ValueError", r"truth value", "raises_for_a_truth_value",
           "An array stands where one truth value is needed: np.where, .any(), .all()."),
    _Known("RuntimeError", r"Boolean value of Tensor", "raises_for_a_truth_value",
           "A tensor stands where one truth value is needed: is it asked whether there is one (`is not None`)?"),
    _Known("ValueError", r"not enough values", *_UNPACKING),
    _Known("", r"too many values", *_UNPACKING),
    _Known("ValueError", r"", "raises_for_what_is_allowed",
           "It raises ValueError for arguments that are allowed: what refuses them?"),
)  # fmt: skip
_CALLED = Finding(
    "raises_in_a_call",
    "A function that it calls refuses what it is given: which shape and which values has each argument there?",
)


def of_exception(
    kind: str, message: str, arrays: Mapping[str, np.ndarray], *, by_itself: bool = True
) -> Iterator[Finding]:
    """What is known of an exception that should not have been raised.

    arrays: what the function was given. by_itself: whether the student's code may have raised it, and not a library's.
    """
    if match := _BOUNDS.search(message):
        index, axis, size = map(int, match.groups())
        yield from _out_of_bounds(index, axis, size, arrays)
    elif match := _INTO.search(message):
        yield from _unfitting(
            _lengths(match[1]), _lengths(match[2]), "What is assigned has another shape than the place that it goes to"
        )
    elif match := _BROADCAST.search(message):
        yield from _unfitting(
            _lengths(match[1]), _lengths(match[2]), "Two arrays of shapes that do not fit meet in one operation"
        )
    elif (match := _TENSORS.search(message)) and int(match[1]) < _MOST_AXES:
        said = f"Two tensors of shapes that do not fit meet in one operation: they differ along axis {match[1]}."
        yield Finding("raises_for_one_axis", f"{said} Which of them has the wrong length there?")
    elif match := _JOINED.search(message):
        yield _unjoined(match)
    elif known := next((each for each in _KNOWN if each.fits(kind, message)), None):
        yield Finding(known.name, known.says) if by_itself or known is not _KNOWN[-1] else _CALLED


def _lengths(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def _unjoined(match: re.Match[str]) -> Finding:
    """For arrays that are joined: which of them does not fit."""
    dimension, *of_torch, before, number, size = match.groups()
    right, got, which = map(int, of_torch if dimension else (before, size, number))
    one = f"the {ORDINALS[which]} of them" if which < len(ORDINALS) else "one of them"
    than = "longer" if got > right else "shorter"
    along = f" along axis {dimension}" if dimension else ""
    said = f"Arrays are joined{along}, and {one} is {than} than those before along another axis"
    return Finding("raises_when_joining", f"{said}: is it the right axis to join them, and what makes that one {than}?")


def _unfitting(a: tuple[int, ...], b: tuple[int, ...], says: str) -> Iterator[Finding]:
    few, many = sorted((a, b), key=len)
    different = [i for i in range(len(few)) if a[i] != b[i] and 1 not in (a[i], b[i])]
    if len(a) == len(b) == 2 and a == b[::-1]:
        yield Finding("raises_for_a_transpose", f"{says}: one is transposed.")
    elif len(a) == len(b) and sorted(a) == sorted(b):
        yield Finding("raises_for_swapped_axes", f"{says}: axes are exchanged, such as height and width.")
    elif len(many) > _MOST_AXES or (len(a) == len(b) and len(different) != 1):
        yield Finding("raises_for_shapes", f"{says}: which of them has the wrong one?")
    elif len(a) == len(b):
        yield Finding(
            "raises_for_one_axis", f"{says}: they differ along axis {different[0]}. How long should it be there?"
        )
    else:
        said = f"{says}: they have {len(a)} and {len(b)} axes, and the last ones are laid together."
        at = [i for i in range(len(many) - 1) if few == (many[i],)]
        at = [i for i in at if not any(n != many[i] and n % many[i] == 0 for n in many)]  # or it may be flattened in n
        if at:
            vector = f"{said} Does the single axis belong to axis {at[-1]}? Reshape it."
            yield Finding("raises_for_a_vector", vector, by_chance=True)
        hint = "Is `keepdims=True` missing, or a reshape?"
        if len(few) == 1 and few[0] and few[0] not in many and not math.prod(many) % few[0]:
            hint = "The single one has none of the lengths: is something flattened, or transposed, that should not be?"
        yield Finding("raises_for_shapes", f"{said} {hint}")


def _out_of_bounds(index: int, axis: int, size: int, arrays: Mapping[str, np.ndarray]) -> Iterator[Finding]:
    others = [
        (words, i) for words, array in arrays.items() for i, length in enumerate(array.shape) if index < length != size
    ]
    which = f"axis {axis}" if axis < _MOST_AXES else "an axis"
    if size == 0:
        yield Finding(
            "raises_for_nothing", "An entry is taken of an empty array: what is to be given where there is nothing?"
        )
    elif index == size:
        along = ", or is it counted along another axis" * bool(others)
        yield Finding(
            "raises_one_past_the_end",
            f"An index runs one past the end of {which}: where does the loop end{along}?",
        )
    elif index >= 0 and others:
        yield Finding(
            "raises_out_of_bounds",
            f"An index runs past the end of {which}, which is shorter than others: is it counted along another "
            "axis, such as the height for the width?",
        )
    else:
        yield Finding("raises_out_of_bounds", f"An index runs past the end of {which}: what is it counted along?")
