"""What a student has written in another assignment, for the pictures of this one."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

from autograder.errors import Failure
from autograder.notebook.places import beside


def earlier(assignment_id: str, *given: Any) -> Any:
    """The student's own functions and classes of an earlier assignment, where their public checks hold; else `given`.

    given: what this assignment releases in their place, under the same names. Says which it took. One comes by itself,
    several as a tuple, a forward pass with its backward pass or not at all. For cells tagged `demo`, which grading
    skips: there it is always `given` that counts, and a fault costs points in its own assignment alone.
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
    """What the student has written under these names and passes its public checks, and why the others are not in it."""
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
