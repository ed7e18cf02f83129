"""Auto-graded deep-learning assignments. These are the names that a check's author imports."""

from autograder.checks import check, mistake
from autograder.compare import close, equal, expect, numerical_gradient, raises, unmodified
from autograder.errors import CourseError, Failure

__all__ = [
    "CourseError",
    "Failure",
    "check",
    "close",
    "equal",
    "expect",
    "mistake",
    "numerical_gradient",
    "raises",
    "unmodified",
]
