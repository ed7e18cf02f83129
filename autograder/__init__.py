"""Auto-graded deep-learning assignments. This module exports the names that authors of checks import."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checking.compare import close, equal, expect, numerical_gradient, parts, raises, unmodified
    from autograder.checking.declare import check, mistake, question, slip, stand_in
    from autograder.errors import CourseError, Failure, Raised
    from autograder.sandbox.namespace import previous

__version__ = "0.1.0"  # pyproject.toml reads it here; reports do too, since importlib.metadata takes 12 ms

__all__ = [
    "CourseError",
    "Failure",
    "Raised",
    "check",
    "close",
    "equal",
    "expect",
    "mistake",
    "numerical_gradient",
    "parts",
    "previous",
    "question",
    "raises",
    "slip",
    "stand_in",
    "unmodified",
]

_HOMES = {
    "CourseError": "errors",
    "Failure": "errors",
    "Raised": "errors",
    "check": "checking.declare",
    "mistake": "checking.declare",
    "previous": "sandbox.namespace",
    "question": "checking.declare",
    "slip": "checking.declare",
    "stand_in": "checking.declare",
}


def __getattr__(name: str) -> Any:
    """The names above, when they are first used: every pytest run in the environment imports this package for its
    plugin, and few of them need numpy and the rest."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"autograder.{_HOMES.get(name, 'checking.compare')}"), name)
    globals()[name] = value
    return value
