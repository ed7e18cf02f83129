"""How a class is graded, and the warm sandbox, which is started first because its imports take the longest.

This module imports little, so that the sandbox's imports and the grader's own run at the same time.
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
    """isolation: "bubblewrap" or "process". workers: 0 for one per core. seed: replays a recorded seed (hex).

    resume: keep existing reports. gpu: keep them, too, but judge their checks that wait for a GPU.
    defer_gpu: checks that need a GPU stay pending at first; a second pass completes the report.
    user: the numeric user that submissions run as under "process" if root grades.
    """

    isolation: str = BUBBLEWRAP
    workers: int = 0
    seed: str | None = None
    resume: bool = False
    gpu: bool = False
    defer_gpu: bool = False
    user: int | None = None


def template_for(assignment: Assignment, options: Options, device: Device | None = None) -> Sandbox:
    """A sandbox for the assignment's submissions. device: the GPU, if it is known already."""
    device = device or (gpu.find() if assignment.gpu else None)
    return Sandbox(options.isolation, assignment.preload, gpu=device is not None, user=options.user)


@contextlib.contextmanager
def shared_template(assignment: Assignment, options: Options) -> Iterator[Sandbox | None]:
    """One warm template for all workers of this machine.

    None if workers are not forked, or if it cannot start; each worker then reports why.
    """
    try:
        template = template_for(assignment, options) if can_fork() else None
    except CourseError:
        template = None
    with template or contextlib.nullcontext():
        yield template
