"""Lends functions of the reference to a submission whose own are wrong, so that one bug costs points only once.

Exercises build on one another, so a bug in `fans` would cost the points of each initializer that calls it. A failing
check is therefore run once more with the course's own functions in place of the broken exercises: the student's code
calls the grader, which computes the result and sends it back.

Protects: the reference's code, which stays in the grader, and what its results tell: they are lent once the submission
is sealed, so that nothing reaches its author, to new processes of it, which know nothing of its other checks, and only
functions are that the exercise's own reference calls, or that of another function which the check calls, too.
Does not protect against: a submission that fails an exercise on purpose to have it lent. That costs it the exercise's
points, for what it could as well have written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from autograder.errors import CourseError
from autograder.sandbox.namespace import Handle


def uses(sources: Sequence[str], exercises: Collection[str]) -> dict[str, frozenset[str]]:
    """For each exercise, the exercises that its definition names, directly or through others.

    sources: of the reference's cells.
    """
    named: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                named[node.name] = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - {node.name}
    for name, reached in named.items():
        waiting = list(reached)
        while waiting:
            more = named.get(waiting.pop(), set()) - reached - {name}
            reached |= more
            waiting += more
    return {name: frozenset(named[name] & set(exercises)) for name in exercises if name in named}


def lent(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the reference as a submission may call it, with plain data as arguments and result.

    Raises, in the submission: TypeError for any other arguments or results; ValueError if it cannot compute the result.
    """

    def called(*args: Any, **kwargs: Any) -> Any:
        if _holds_objects([args, kwargs]):
            raise TypeError("only plain data can be given to a function of the course's")
        try:
            result = function(*args, **kwargs)
        except CourseError:  # the arguments are the submission's, and so is any error that they cause
            raise ValueError("the course's function does not take these arguments") from None
        if _holds_objects(result):
            raise TypeError("the course's function gives what only it can use")
        return result

    return called


def noting_objects(name: str, function: Callable[..., Any], noted: set[str]) -> Callable[..., Any]:
    """The lent function, which notes its name where it is given objects: they cannot be sent, so it cannot help."""

    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError:
            noted.add(name)
            raise

    return called


def _holds_objects(value: Any) -> bool:
    """Whether it contains an object that stays on its own side, where its handle would mean another object."""
    if isinstance(value, Mapping):
        return any(map(_holds_objects, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_objects, value))
    return isinstance(value, Handle) or callable(value)
