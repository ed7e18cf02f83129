"""Describes returned values in messages, independently of the library that they come from."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.sandbox.namespace import Handle

_PARTS, _LARGEST = 277_200, 1e7  # 16 · 9 · 25 · 7 · 11: a multiple of the small denominators


def untorched(value: Any) -> Any:
    """A tensor as an array; any other value unchanged."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()


def describe(value: Any) -> str:
    """A short description of any returned value, for messages."""
    if isinstance(value, np.ndarray):
        if value.size <= 6:
            return f"array({np.array2string(value, precision=6, separator=', ')})"
        return f"an array of shape {value.shape}, dtype {value.dtype}"
    if isinstance(value, list | tuple):
        if not is_long(value):
            inside = ", ".join(describe(item) for item in value)
            comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
            return f"({inside}{comma})" if isinstance(value, tuple) else f"[{inside}]"
        kind = "tuple" if isinstance(value, tuple) else "list"
        brief = number if is_numeric(value) else _brief
        return f"a {kind} of {len(value)}: " + ", ".join(brief(item) for item in value[:4]) + ", ..." * (len(value) > 4)
    if isinstance(value, dict):
        keys = [describe(key) for key in list(value)[:8]] + ["..."] * (len(value) > 8)
        return f"a dict with the keys [{', '.join(keys)}]" if keys else "an empty dict"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | complex) or value is None:
        return number(value)
    if isinstance(value, Handle):
        return repr(value)
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def is_long(value: Any) -> bool:
    """Whether this is a list that is too long or too deeply nested to be shown item by item."""
    plain = bool | int | float | str | np.generic
    return isinstance(value, list | tuple) and (len(value) > 6 or not all(isinstance(item, plain) for item in value))


def is_numeric(items: Sequence[Any]) -> bool:
    """Whether a list is compared as one array."""
    return len(items) > 0 and all(isinstance(i, int | float | complex | np.number) for i in items)


def number(value: Any) -> str:
    """A number, with as many digits as a reader needs."""
    if isinstance(value, bool | np.bool_ | int | np.integer) or value is None:
        return str(value)
    return f"{value + 0:.7g}"  # -0.0 + 0 is 0.0; readers would not understand the sign


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    return value.reference.type_name if isinstance(value, Handle) else type(value).__name__


def is_a_fraction(number: float) -> bool:
    """Whether a number is an integer or has a small denominator. Unrelated results often coincide in such numbers."""
    parts = number * _PARTS
    if not math.isfinite(parts) or float(number).is_integer():
        return math.isfinite(parts)
    return 0.5 < abs(parts) < _LARGEST and abs(parts - round(parts)) <= 1e-6
