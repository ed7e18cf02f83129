"""Finds the release that a notebook or script belongs to, and the other assignments near it."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.text import did_you_mean, nearest

_DECLARED = re.compile(r"^@check\(([^)=]*)|^(\w+) = question\(", re.MULTILINE)  # "a", "b", points  or  q_a
_QUOTED = re.compile(r"[\"'](\w+)[\"']")


def release_of(name: str) -> Path:
    """The release that has this exercise: next to the notebook or script, or in assignments/ of a folder above it.

    Raises: CourseError if there is no release, or it has no such exercise.
    """
    known: dict[Path, list[str]] = {}
    for found in _in_sight():
        known |= found
        fitting = [release for release, exercises in known.items() if name in exercises]
        if len(fitting) > 1:  # several assignments have this exercise: the file's name decides
            fitting = [release for release in fitting if release.name == _stem()]
        if len(fitting) == 1:
            return fitting[0]
    if not known:
        raise CourseError(_NOWHERE.format(Path.cwd()))
    nearest_first = sorted(known, key=lambda release: release.name != _stem())
    exercises = dict.fromkeys(exercise for release in nearest_first for exercise in known[release])
    near = nearest(name, exercises) or did_you_mean(name, dict.fromkeys(known[nearest_first[0]]))
    raise CourseError(f"there is no exercise {name!r} with a public check{near}")


def name_of(exercise: Any, command: str) -> str:
    """The name of the exercise passed to `command` by name, or as the function or class itself.

    Raises: CourseError, with an existing exercise as the example, if it is neither.
    """
    name = exercise if isinstance(exercise, str) else getattr(exercise, "__name__", None)
    if isinstance(name, str):
        return name
    example = "adam"
    with contextlib.suppress(StopIteration, CourseError, OSError):
        example = next(each for found in _in_sight() for names in found.values() for each in names)
    raise CourseError(f'{command} takes the name of an exercise, in quotes: {command}("{example}")')


def own_release() -> Path:
    """The release that this notebook or script belongs to, by its folder, or else by its name.

    Raises: CourseError if neither decides.
    """
    known: list[Path] = []
    for found in _in_sight():
        known += found
        fitting = [release for release in known if release.name == _stem()] or known
        if len(fitting) == 1:
            return fitting[0]
    if not known:
        raise CourseError(_NOWHERE.format(Path.cwd()))
    names = ", ".join(sorted({release.name for release in known}))
    raise CourseError(f"there are several assignments here ({names}); start Jupyter in the folder of one of them")


_NOWHERE = "no assignment is in {}; start Jupyter in the folder that contains test_<assignment>.py"


def beside(assignment_id: str) -> Path | None:
    """The folder of another assignment's release, or None."""
    for folder in _folders():
        for place in (folder / assignment_id, folder / "assignments" / assignment_id):
            if (place / "answers.npz").is_file():
                return place
    return None


def _in_sight() -> Iterator[dict[Path, list[str]]]:
    """Release -> its exercises, for the notebook's folder and then for each folder above it."""
    for folder in _folders():
        tests = sorted([*folder.glob("test_*.py"), *folder.glob("assignments/*/test_*.py")])
        yield {
            test.parent: _declared(test.read_text(encoding="utf-8"))
            for test in tests
            if (test.parent / "answers.npz").is_file()
        }


def _folders() -> Iterator[Path]:
    """The folder of the notebook or script, then each folder above it."""
    for start in (Path(_script()).absolute().parent, Path.cwd()) if _script() else (Path.cwd(),):
        yield from (start, *start.parents)


def _declared(checks: str) -> list[str]:
    """The exercises and questions that a file of public checks declares, without running it."""
    return [name for names, asked in _DECLARED.findall(checks) for name in _QUOTED.findall(names) or [asked] if name]


def _script() -> str:
    return getattr(sys.modules["__main__"], "__file__", None) or ""


def _stem() -> str:
    """The name of the notebook or script without its suffix; "" if it is not known."""
    return Path(_script() or os.environ.get("JPY_SESSION_NAME", "")).stem
