"""Helpers for this room: the kernel's variables, running checks on them, loading a release, displaying output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.submission.release import Release

if TYPE_CHECKING:
    from autograder.report.report import ExerciseResult


def names() -> dict[str, Any]:
    """The variables of the kernel or script."""
    return sys.modules["__main__"].__dict__


def judged(release: Path, name: str) -> ExerciseResult:
    """Run the public checks of one exercise. Raises: CourseError."""
    from autograder.checking import kernel  # imported here because it imports numpy, which a plot may not need

    return kernel.check_in_kernel(release, name, names())


def release_in(folder: Path) -> Release:
    """The release in this folder. Raises: CourseError if there is none."""
    from autograder.checking import kernel

    return Release.load(folder, kernel.assignment_in(folder))


def shell() -> Any:
    """The IPython shell, or None."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def display(text: str, kind: str, rich: str) -> None:
    """Show `rich` with the MIME type `kind` in a notebook, and `text` elsewhere."""
    if shell() is None:
        print(text)
        return
    from IPython.display import display as show

    show({"text/plain": text, kind: rich}, raw=True)
