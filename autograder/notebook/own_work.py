"""Loads a student's own functions from another assignment, for the plots of this one."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

from autograder.errors import Failure
from autograder.notebook.places import beside


def earlier(assignment_id: str, *given: Any) -> Any:
    """The student's own functions and classes from an earlier assignment if their public checks pass, else `given`.

    given: the versions that this assignment releases, with the same names. Prints which were taken. Returns one object
    by itself, several as a tuple. A forward pass is taken only together with its backward pass. Use it in cells tagged
    `demo`, which grading skips: grading always uses `given`, so a bug costs points only in its own assignment.
    """
    names = [each.__name__ for each in given]
    own, why = _own_work(assignment_id, names)
    if own:
        print(f"Your own, from {assignment_id}: {', '.join(own)}")
    if left := [name for name in names if name not in own]:
        print(f"As given in this notebook: {', '.join(left)} ({why})")
    found = tuple(own.get(name, each) for name, each in zip(names, given, strict=True))
    return found[0] if len(found) == 1 else found


def _own_work(assignment_id: str, names: list[str]) -> tuple[dict[str, Any], str]:
    """The student's objects with these names that pass their public checks, and why the others are missing."""
    from autograder.checking import kernel

    folder = beside(assignment_id)
    if folder is None:
        return {}, f"{assignment_id} is not beside this assignment"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            defined = kernel.own_work(folder)
        except Failure as failure:
            return {}, failure.message
        own = {name: defined[name] for name in names if name in defined and _passes(folder, name, defined)}
        own = {name: value for name, value in own.items() if _other_pass(name) in own or _other_pass(name) not in names}
    return own, f"yours in {assignment_id} are missing or fail a public check"


def _other_pass(name: str) -> str:
    """affine_backward for affine_forward and the other way round: one reads the other's cache, whatever its form."""
    other = {"forward": "backward", "backward": "forward"}
    return re.sub("forward|backward", lambda found: other[found[0]], name)


def _passes(folder: Path, name: str, defined: dict[str, Any]) -> bool:
    from autograder.checking import kernel

    return kernel.check_in_kernel(folder, name, defined).passed
