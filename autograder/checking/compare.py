"""Judges returned data: shape, dtype, finiteness, then values. Messages say what, got, expected, next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.checking.values import describe, is_long, is_numeric, number, untorched
from autograder.errors import CourseError, Failure, Mismatch, Raised
from autograder.sandbox.namespace import Function, Handle, Namespace
from autograder.text import measured

_ATOL = 1e-12
# For results of many operations: some hundred rounding errors that add up, and some digits lost to cancellation.
_ROUNDING = {"float16": 1e-2, "bfloat16": 5e-2, "float32": 1e-4, "complex64": 1e-4}


def close(
    actual: Any, expected: Any, *, rtol: float = 1e-7, atol: float | None = None, name: str = "result", hint: str = ""
) -> None:
    """Require |actual - expected| <= atol + rtol * max|expected|, element by element, without broadcasting.

    actual, expected: arrays of equal shape, numbers (as 0-d arrays), or tuples, lists and dicts of them with the same
    structure. A list may also be one array of its items, and a dict in `actual` may have further keys. Other items
    (None, a string) must be equal. Integers and bools are accepted for floats; infinities and NaNs must agree.
    atol: 1e-12 by default, which is rounding for numbers of usual size.
    Results computed in float32 are compared as float32: within `rounding(actual)` of the expected scale if `rtol` is
    less, and within a tenth of it of an expected zero unless `atol` is given. `rtol=0` requires the same bits in any
    dtype. If the dtype of a result matters, the check has to say so.
    Raises: Failure with what, got, expected, the hint and, for arrays, the worst index.
    """
    with _Hinting(hint):
        _close(actual, expected, rtol, atol, name)


class _Hinting:
    """A context manager that adds this hint to a Failure. A class, since hundreds of comparisons use it and a generator
    is slower."""

    __slots__ = ("_hint",)

    def __init__(self, hint: str) -> None:
        self._hint = hint

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Failure):
            error.hint = self._hint


def _close(actual: Any, expected: Any, rtol: float, atol: float | None, name: str) -> None:
    # Most comparisons are of such arrays, and need none of what follows.
    if type(actual) is type(expected) is np.ndarray and actual.dtype == expected.dtype == np.float64:
        return _close_arrays(actual, expected, actual, rtol, atol, name)
    returned, actual, expected = actual, untorched(actual), untorched(expected)
    if isinstance(expected, dict):
        pairs = _values_by_key(actual, expected, name)
    elif isinstance(expected, list | tuple) and not is_numeric(expected):
        pairs = _items(actual, expected, name)
    elif expected is None or isinstance(expected, str | bytes):
        return _equal(actual, expected, name)
    else:
        e = np.asarray(expected)
        if e.dtype.kind not in "biufc":
            raise CourseError(f"a check compares {name} with {describe(expected)}, which is not a number")
        return _close_arrays(_array(actual, name, expected), e, returned, rtol, atol, name)
    for place, a, e in pairs:
        _close(a, e, rtol, atol, _item(name, place))
    return None


def _values_by_key(actual: Any, expected: dict[Any, Any], name: str) -> Iterator[tuple[str, Any, Any]]:
    """(key, got, expected) of each expected key. Raises: Failure for the first that is missing."""
    if not isinstance(actual, dict):
        raise Failure(f"{name}: got {describe(actual)}, expected {describe(expected)}")
    for key, item in expected.items():
        if key not in actual:
            raise Failure(f"{name}: the key {key!r} is missing")
        yield repr(key), actual[key], item


def _items(actual: Any, expected: Sequence[Any], name: str) -> Iterator[tuple[str, Any, Any]]:
    """(index, got, expected) of each item. Raises: Failure if the numbers of items differ, or if there are none."""
    if isinstance(actual, np.ndarray) and actual.ndim and len(actual) == len(expected):
        actual = list(actual)
    if not isinstance(actual, list | tuple) or len(actual) != len(expected):
        raise Failure(f"{name}: got {describe(actual)}, expected {describe(expected)}")
    for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
        yield str(i), a, e


def _close_arrays(a: np.ndarray, e: np.ndarray, returned: Any, rtol: float, atol: float | None, name: str) -> None:
    """`close` for arrays. returned: `a` before it became an array; its dtype determines how precise it can be."""
    if a.shape != e.shape:
        raise Failure(f"{name}: shape {a.shape}, expected {e.shape}", mismatch=Mismatch(name, a, e))
    if a.dtype.kind == "c" and e.dtype.kind != "c":
        raise Failure(f"{name}: complex numbers (dtype {a.dtype}), expected real ones ({e.dtype})")
    if e.size == 0 or (a.dtype == e.dtype and a.tobytes() == e.tobytes()):  # correct results often have the same bits
        return
    as_returned = a
    wide = np.complex128 if e.dtype.kind == "c" else np.float64
    a, e = a.astype(wide), e.astype(wide)
    with np.errstate(all="ignore"):
        # Nearly every call returns here; infinities and NaNs make the condition false.
        if np.abs(a - e).max() <= (_ATOL if atol is None else atol) + rtol * np.abs(e).max() < np.inf:
            return
    finite = np.isfinite(e)
    _require_same_infinities(a, e, finite, name)
    if not finite.any():
        return
    with np.errstate(over="ignore"):
        error = np.abs(np.where(finite, a, 0) - np.where(finite, e, 0))
    bound = allowed(returned, float(np.max(np.abs(e[finite]))), rtol, atol)
    if np.max(error) > bound:
        raise Failure(f"{name}: {_worst(a, e, error, bound)}", mismatch=Mismatch(name, as_returned, e))


def _worst(a: np.ndarray, e: np.ndarray, error: np.ndarray, bound: float) -> str:
    """Describe the largest error, and count the values that are off by more than `bound`."""
    worst = np.unravel_index(int(np.argmax(error)), e.shape)
    wrong = int(np.count_nonzero(error > bound))
    where = f" at {tuple(map(int, worst))}" if e.ndim else ""
    count = f"; {wrong} of {e.size} values differ" if e.size > 1 else ""
    large = 1000 <= error[worst] < 1e6  # "3e+03" is not how people write 3000
    off = f"off by {measured(error[worst]) if large else f'{error[worst]:.3g}'}"
    if error[worst] < 1000 * bound:  # rounding or a near miss; otherwise, the bound is irrelevant
        off += f", allowed {bound:.3g}"
    return f"{number(a[worst])}{where}, expected {number(e[worst])} ({off}){count}"


def rounding(value: Any) -> float:
    """The relative error of a result that rounding can explain, according to its dtype; 0 for full float64 precision.

    A list is as imprecise as its least precise item. A Python float has no dtype. It counts as float32 if float32
    represents it exactly and it has more digits than a number that a person would write.
    """
    if isinstance(value, list | tuple):
        return max(map(rounding, value), default=0.0)
    if type(value) is float:
        with np.errstate(over="ignore"):
            single = float(np.float32(value)) == value != float(np.float16(value)) and not value.is_integer()
        return _ROUNDING["float32"] if single else 0.0
    return _ROUNDING.get(str(getattr(value, "dtype", "")).removeprefix("torch."), 0.0)


def allowed(value: Any, scale: float, rtol: float, atol: float | None = None) -> float:
    """The absolute error that a result may have. scale: max|expected| of finite values; rtol, atol: as for `close`."""
    own = rounding(value) if rtol else 0.0
    if atol is None:
        atol = _ATOL if scale > _ATOL else max(_ATOL, own / 10)
    return atol + max(rtol, own) * scale


def _require_same_infinities(a: np.ndarray, e: np.ndarray, finite: np.ndarray, name: str) -> None:
    with np.errstate(invalid="ignore"):
        same = np.where(finite, np.isfinite(a), (a == e) | (np.isnan(a) & np.isnan(e)))
    if same.all():
        return
    worst = tuple(int(i) for i in np.argwhere(~same)[0])
    where = f" at {worst}" if e.ndim else ""
    count = f" ({int((~same).sum())} of {e.size} values)" if e.size > 1 else ""
    message = f"{name}: {number(a[worst])}{where}{count}, expected {number(e[worst])}"
    raise Failure(message, mismatch=Mismatch(name, a, e))


def equal(actual: Any, expected: Any, *, name: str = "result", hint: str = "") -> None:
    """Require exact equality of integers, strings, shapes, index arrays and nested lists and dicts of them.

    A tuple equals a list of the same items, and 3.0 equals 3. Raises: Failure with what, got and expected; if a list is
    too long or too deeply nested to be shown, those of the first item that differs.
    """
    with _Hinting(hint):
        _equal(actual, expected, name)


def _equal(actual: Any, expected: Any, name: str) -> None:
    actual, expected = untorched(actual), untorched(expected)
    if isinstance(expected, np.ndarray):
        a = _array(actual, name, expected)
        if a.shape != expected.shape:
            raise Failure(f"{name}: shape {a.shape}, expected {expected.shape}", mismatch=Mismatch(name, a, expected))
        different = np.argwhere(np.atleast_1d(a != expected))
        if len(different):
            index = tuple(int(i) for i in different[0])[: expected.ndim]
            where = f" at {index}" if index else ""
            message = f"{name}: {a[index]}{where}, expected {expected[index]}"
            raise Failure(message, mismatch=Mismatch(name, a, expected))
        return
    if not _same(actual, expected):
        while is_long(expected) and isinstance(actual, list | tuple) and len(actual) == len(expected):
            # `describe` would show only the types, which are often the same on both sides.
            i = next(i for i, (a, e) in enumerate(zip(actual, expected, strict=True)) if not _same(a, e))
            name, actual, expected = _item(name, i), actual[i], expected[i]
        message = f"{name}: got {describe(actual)}, expected {describe(expected)}"
        one = not isinstance(actual, list | tuple) or may_be_array(actual)  # a diagnosis makes an array of it
        raise Failure(message, mismatch=Mismatch(name, actual, expected) if one else None)


def _item(name: str, place: Any) -> str:
    """The name of an item of a value: `x[0]`; or, if the name contains spaces, `x, step by step, item 0`."""
    return f"{name}, item {place}" if " " in name else f"{name}[{place}]"


def _same(a: Any, e: Any) -> bool:
    a, e = untorched(a), untorched(e)
    if isinstance(a, np.ndarray):
        if a.ndim and not (isinstance(e, np.ndarray | list | tuple) and len(a) == len(e)):
            return False  # before its items are listed, since there may be very many
        a = list(a) if a.ndim else a.item()
    if isinstance(e, np.ndarray):
        e = e.tolist()
    if isinstance(e, list | tuple):
        return isinstance(a, list | tuple) and len(a) == len(e) and all(map(_same, a, e))
    if isinstance(e, dict):
        return isinstance(a, dict) and a.keys() == e.keys() and all(_same(a[k], e[k]) for k in e)
    if isinstance(a, list | tuple | dict | Handle):
        return False
    if isinstance(a, bool | np.bool_) != isinstance(e, bool | np.bool_):
        return False
    return bool(a == e)


def expect(condition: Any, message: str) -> None:
    """Raise Failure(message) unless `condition` is true."""
    if not condition:
        raise Failure(message)


def parts(result: Any, *names: str) -> Sequence[Any]:
    """The parts of a function's result: a tuple or list with as many items as names, or a 1-d array of numbers.

    `out, cache = parts(student.affine_forward(x, w, b), "out", "cache")`
    Raises: Failure that says what should be returned, and what was.
    """
    numbers = isinstance(result, np.ndarray) and result.ndim == 1  # Python unpacks it like a tuple
    if (numbers or isinstance(result, tuple | list)) and len(result) == len(names):
        return list(result) if numbers else result
    got = f"{len(result)} values" if isinstance(result, tuple | list) else describe(result)
    raise Failure(f"it should return {len(names)} values, {', '.join(names)}; got {got}")


def unmodified(function: Function, *args: Any, inputs: Sequence[int] = (0, 1), **kwargs: Any) -> Any:
    """Call and return the result. Raises: Failure if a positional argument in `inputs` was changed in place."""
    result = function(*args, **kwargs)
    for index in inputs:
        for path in function.modified:
            if path == f"args[{index}]" or path.startswith(f"args[{index}]["):
                raise Failure(f"{function.name} changed its argument {index + 1} in place; work on a copy")
    return result


def raises(function: Function, *args: Any, error: str | Sequence[str], **kwargs: Any) -> None:
    """Require that the call raises an exception of one of the type names `error`. Raises: Failure if it does not."""
    wanted = (error,) if isinstance(error, str) else tuple(error)
    try:
        result = function(*args, **kwargs)
    except Raised as raised:
        if "not written yet" in raised.message and "NotImplementedError" in raised.types:
            raise
        if not set(wanted) & set(raised.types):
            raise Raised(f"{raised.message} Expected: {' or '.join(wanted)}.", raised.types) from None
        return
    raise Failure(f"{function.name}: returned {describe(result)}, expected it to raise {' or '.join(wanted)}")


def answered(
    student: Namespace, reference: Namespace, name: str, *, rtol: float = 0.0, positive: bool = False, hint: str = ""
) -> None:
    """Judge the answer to a question, the plain value called `name`, without giving the right answer away.

    A string is compared without regard to case and surrounding white space. rtol: the allowed error of a number,
    relative to the right one. positive: if a number is negative, say that the answer is positive. hint: for wrong
    answers of the right kind.
    Raises: Failure with the given answer and the kind of answer wanted, but not the right answer.
    """
    answer, right = untorched(student.get(name)), reference.get(name)
    if isinstance(answer, np.ndarray | np.generic) and answer.ndim == 0:
        answer = answer.item()
    expect(answer is not None, f"{name} has no answer yet")
    given, look = f"{name} = {describe(answer)}", f"; {hint}" if hint else ""
    if isinstance(right, str):
        kind = "a letter" if len(right) == 1 else "a string"
        expect(isinstance(answer, str), f"{given}: the answer is {kind}, in quotes")
        expect(answer.strip().lower() == right.lower(), f"{given} is not right{look}")
        return
    expect(isinstance(answer, int | float) and not isinstance(answer, bool), f"{given}: the answer is a number")
    expect(answer >= 0 or not positive, f"{given}: the answer is positive")
    near = f" ({100 * rtol:g} % would be close enough)" if rtol else ""
    expect(abs(answer - right) <= rtol * abs(right), f"{given} is not right{near}{look}")


def numerical_gradient(
    f: Callable[[np.ndarray], Any],
    x: np.ndarray,
    h: float = 1e-5,
    *,
    complex_step: bool = False,
    dout: np.ndarray | None = None,
) -> np.ndarray:
    """The gradient of a trusted scalar function f at x (any shape). f returns real values.

    dout: if f returns an array, an array of the same shape; the gradient is then that of sum(dout * f(x)).

    Central differences, (f(x + h) - f(x - h)) / 2h, whose error is O(h^2); or, for an analytic f that accepts complex
    arrays, the complex step Im f(x + ih) / h with h = 1e-30, which has no cancellation (Squire & Trapp 1998).
    """
    x = np.asarray(x)
    scalar = f if dout is None else lambda x: np.sum(dout * f(x))
    gradient = np.zeros(x.shape, np.float64)
    for index in np.ndindex(x.shape):
        if complex_step:
            moved = x.astype(np.complex128)
            moved[index] += 1e-30j
            gradient[index] = np.imag(scalar(moved)) / 1e-30
        else:
            up, down = x.astype(np.float64), x.astype(np.float64)
            up[index] += h
            down[index] -= h
            gradient[index] = (float(scalar(up)) - float(scalar(down))) / (2 * h)
    return gradient


def may_be_array(value: Any) -> bool:
    """Whether it holds numbers only. An array of text and numbers has room for the longest text in every place."""
    if isinstance(value, list | tuple):
        return all(map(may_be_array, value))
    return value is not None and not isinstance(value, str | bytes | dict | Handle)


def _array(value: Any, name: str, expected: Any) -> np.ndarray:
    if isinstance(value, list | tuple):
        value = [untorched(item) for item in value]
    if not may_be_array(value):
        raise Failure(f"{name}: got {describe(value)}, expected {describe(expected)}")
    try:
        array = np.asarray(float(value) if isinstance(value, int) and value.bit_length() > 63 else value)
    except (ValueError, TypeError, OverflowError):
        array = np.asarray(None)
    if array.dtype.kind not in "biufc":
        raise Failure(f"{name}: got {describe(value)}, expected {describe(expected)}")
    return array
