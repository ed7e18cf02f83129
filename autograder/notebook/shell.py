"""What the parts of this room share: the release at hand, the names of the kernel, and how something is shown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.submission.release import Release

if TYPE_CHECKING:
    from autograder.report.report import ExerciseResult


def names() -> dict[str, Any]:
    """What the kernel or script defines."""
    return sys.modules["__main__"].__dict__


def judged(release: Path, name: str) -> ExerciseResult:
    """The public checks of one exercise. Raises: CourseError."""
    from autograder.checking import kernel  # it imports numpy; a picture alone does not need it

    return kernel.check_in_kernel(release, name, names())


def release_in(folder: Path) -> Release:
    """Raises: CourseError if there is none."""
    from autograder.checking import kernel

    return Release.load(folder, kernel.assignment_in(folder))


def shell() -> Any:
    """IPython's, or None."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def display(text: str, kind: str, rich: str) -> None:
    """Show it as its MIME kind in a notebook, and as plain text elsewhere."""
    if shell() is None:
        print(text)
        return
    from IPython.display import display as show

    show({"text/plain": text, kind: rich}, raw=True)
