"""Auto-graded deep-learning assignments. These are the names that a check's author imports."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checks import check, mistake
    from autograder.compare import answered, close, equal, expect, numerical_gradient, raises, unmodified
    from autograder.errors import CourseError, Failure
    from autograder.namespace import previous

__version__ = "0.1.0"  # pyproject.toml reads it here; reports do too, since importlib.metadata takes 12 ms

__all__ = [
    "CourseError",
    "Failure",
    "answered",
    "check",
    "close",
    "equal",
    "expect",
    "mistake",
    "numerical_gradient",
    "previous",
    "raises",
    "unmodified",
]

_HOMES = {"CourseError": "errors", "Failure": "errors", "check": "checks", "mistake": "checks", "previous": "namespace"}


def __getattr__(name: str) -> Any:
    """The names above, when they are first used: every pytest run in the environment imports this package for its
    plugin, and few of them need numpy and the rest."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"autograder.{_HOMES.get(name, 'compare')}"), name)
    globals()[name] = value
    return value
