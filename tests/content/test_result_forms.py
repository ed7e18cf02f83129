"""The form of a result costs no points: a list for a tuple, NumPy's numbers, the layout and precision of arrays.

A statement says what to return, and many forms are equally right. The reference's results are converted to each.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import load_live
from autograder.checking.run import process_seed, run
from autograder.proofs.mistakes import seed_of
from autograder.sandbox.child import determinism
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from tests.assignments import COURSE, of_assignments

SEED = seed_of(0)
IN_NUMPY = of_assignments(each.id for each in COURSE.assignments if "torch" not in each.preload)


def is_float(value: Any) -> bool:
    return isinstance(value, float | np.floating)


def is_int(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def in_another_form(leaf: Callable[[Any], Any] = lambda value: value, sequence: Any = None) -> Callable[[Any], Any]:
    """Converts each leaf of a result to another form, and its tuples and lists to `sequence`."""

    def put(value: Any) -> Any:
        if type(value) in (tuple, list):
            return (sequence or type(value))(map(put, value))
        return {key: put(item) for key, item in value.items()} if type(value) is dict else leaf(value)

    return put


def arrays(form: Callable[[np.ndarray], Any], dtype: Any = None) -> Callable[[Any], Any]:
    """Converts each array with axes, or each array of a dtype."""

    def put(value: Any) -> Any:
        chosen = isinstance(value, np.ndarray) and value.ndim and (dtype is None or value.dtype == dtype)
        return form(value) if chosen else value

    return in_another_form(put)


def every_other_entry(array: np.ndarray) -> np.ndarray:
    """An equal array that is a view of a larger one."""
    larger = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    larger[..., ::2] = array
    return larger[..., ::2]


def read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


def an_array_of_numbers(result: Any) -> Any:
    numbers = type(result) in (tuple, list) and result and all(is_float(each) or is_int(each) for each in result)
    return np.array(result) if numbers else result


FORMS: dict[str, Callable[[Any], Any]] = {
    "lists": in_another_form(sequence=list),
    "tuples": in_another_form(sequence=tuple),
    "an array of numbers": an_array_of_numbers,
    "floats of Python": in_another_form(lambda value: float(value) if is_float(value) else value),
    "floats of NumPy": in_another_form(lambda value: np.float64(value) if is_float(value) else value),
    "arrays without axes": in_another_form(lambda value: np.array(value) if is_float(value) else value),
    "ints of NumPy": in_another_form(lambda value: np.int64(value) if is_int(value) else value),
    "bools of NumPy": in_another_form(lambda value: np.bool_(value) if isinstance(value, bool) else value),
    "columns first": arrays(np.asfortranarray),
    "views": arrays(every_other_entry),
    "read-only arrays": arrays(read_only),
    "float32": arrays(lambda array: array.astype(np.float32), np.dtype(np.float64)),
    "long double": arrays(lambda array: array.astype(np.longdouble), np.dtype(np.float64)),
    "int32": arrays(lambda array: array.astype(np.int32), np.dtype(np.int64)),
    "another order of keys": lambda result: dict(reversed(result.items())) if type(result) is dict else result,
}


@pytest.mark.parametrize("assignment_id", IN_NUMPY)
def test_a_right_result_may_have_any_form(assignment_id: str) -> None:
    checks, answers = load_live(COURSE, assignment_id)
    failed = []
    for check in (check for check in checks if not check.costly):
        definition = answers.names[check.exercise]
        for form, put in FORMS.items() if inspect.isfunction(definition) else ():
            student = answers.names | {check.exercise: returning(definition, put)}
            determinism.seed(process_seed(check, SEED))
            outcome = run(check, Namespace(Local(student)), answers.reference(check, SEED), SEED)
            if outcome.status != "passed":
                failed.append(f"{check.name}, {form}: {outcome.message}")
    assert not failed


def returning(definition: Callable[..., Any], put: Callable[[Any], Any]) -> Callable[..., Any]:
    """The function, with its result converted."""
    return functools.wraps(definition)(lambda *args, **kwargs: put(definition(*args, **kwargs)))
