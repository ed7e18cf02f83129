"""How a class is graded, and the warm sandbox that is started first of all: whoever waits for it waits for the imports.

Little is imported here, so that what the sandbox imports is imported while the grader's own modules are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder import gpu
from autograder.errors import CourseError
from autograder.processes import can_fork
from autograder.sandbox import Sandbox
from autograder.sandbox.backends import BUBBLEWRAP

if TYPE_CHECKING:
    from autograder.course.course import Assignment
    from autograder.gpu import Device


@dataclass(frozen=True)
class Options:
    """isolation: "bubblewrap" or "process". workers: 0 for one per core. seed: replays a recorded one (hex).

    resume: reports that are there already stay. gpu: they stay too, but for what waits in them for a GPU.
    defer_gpu: what needs a GPU stays pending at first, wherever it is graded; a second turn completes the report.
    user: the numeric user that submissions run as under "process", where root grades.
    """

    isolation: str = BUBBLEWRAP
    workers: int = 0
    seed: str | None = None
    resume: bool = False
    gpu: bool = False
    defer_gpu: bool = False
    user: int | None = None


def template_for(assignment: Assignment, options: Options, device: Device | None = None) -> Sandbox:
    """A sandbox for the assignment's submissions. device: the GPU, if it has been looked for already."""
    device = device or (gpu.find() if assignment.gpu else None)
    return Sandbox(options.isolation, assignment.preload, gpu=device is not None, user=options.user)


@contextlib.contextmanager
def shared_template(assignment: Assignment, options: Options) -> Iterator[Sandbox | None]:
    """One warm template for all workers of this machine.

    None where they are not forked, or where it cannot start: each of them then says why.
    """
    try:
        template = template_for(assignment, options) if can_fork() else None
    except CourseError:
        template = None
    with template or contextlib.nullcontext():
        yield template
