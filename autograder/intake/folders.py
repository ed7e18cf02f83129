"""Lists folders that may be hostile, without following links."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from autograder.intake.archives import is_a_programs, is_archive, walk
from autograder.text import shortened

_LOOKED_AT = 2_000  # files of one folder
_NO_WORK = ("conftest.py", "setup.py")
_INSTALLED = ("venv", "env", "site-packages", "node_modules", "build", "dist")


def student_of(folder: Path, assignment_id: str) -> str:
    """The student whose folder this is: {student} in nbgrader's submitted/{student}/{assignment} or in a repository
    {student}/assignments/{assignment}, else the folder's own name."""
    if folder.name == assignment_id and folder.parent.name:
        folder = folder.parent
        if folder.name == "assignments" and folder.parent.name:
            folder = folder.parent
    return folder.name


def listing(folder: Path) -> tuple[list[Path], list[Path], list[Path], list[Path]]:
    """The folders, the notebooks and scripts, the links to folders, and the rest; without files made by programs."""
    folders, files, links, rest = [], [], [], []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        entries = []
    for entry in entries:
        path = folder / entry.name
        if is_a_programs(entry.name) or entry.name.startswith("test_") or entry.name in _NO_WORK:
            continue
        if entry.is_symlink() and path.is_dir():
            links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif path.suffix.lower() in (".ipynb", ".py"):
            files.append(path)
        else:
            rest.append(path)
    return folders, files, links, rest


def is_named(file: Path, name: str) -> bool:
    """Whether this file has the name, ignoring case and the suffix."""
    return file.stem.lower() == name.lower()


def homes(folder: Path, assignment_id: str) -> list[Path]:
    """The folders, in or at `folder`, that contain the assignment under its own name."""
    found = []
    for home in (folder, folder / assignment_id, folder / "assignments" / assignment_id):
        inner = home.relative_to(folder).parts
        if any(folder.joinpath(*inner[: n + 1]).is_symlink() for n in range(len(inner))):
            continue
        if any(is_named(file, assignment_id) for file in listing(home)[1]):
            found.append(home)
    return found


def notebooks_and_scripts(folder: Path, without: Iterable[str] = ()) -> list[Path]:
    """Those in a folder and its subfolders, higher ones first. without: names of folders to leave out."""
    left_out = {*without, *_INSTALLED}
    found = [
        path
        for path in islice(walk(folder), _LOOKED_AT)
        if path.suffix.lower() in (".ipynb", ".py")
        and not path.name.startswith("test_")
        and path.name not in _NO_WORK
        and not left_out & set(path.relative_to(folder).parts[:-1])
    ]
    return sorted(found, key=lambda path: len(path.parts))


def holds_work(folder: Path) -> bool:
    """Whether there is a notebook, a script or an archive somewhere in it."""
    return bool(notebooks_and_scripts(folder)) or any(
        is_archive(each.name) for each in islice(walk(folder), _LOOKED_AT)
    )


def listed(names: Iterable[str]) -> str:
    return shortened(list(names), 5)
