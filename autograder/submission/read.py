"""Reads a handed-in file (a release notebook, a release script, or any Python file) into the code to load.

The files may be hostile: they are read, but never compiled, imported, or followed out of their folder. Whatever the
file contains, `read` returns a `Submission` or raises a `Failure` that a student can act on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import Failure
from autograder.report.report import Source
from autograder.submission.cells import RawCell
from autograder.submission.definitions import OURS, places, with_plain_prose
from autograder.submission.magics import neutralize
from autograder.submission.release import Labelled, Release, cell_kind, raw_cells, restore, without_kit
from autograder.submission.work import wherever_it_is

NOTES_LIMIT = 20


@dataclass(frozen=True)
class Cell:
    """Code to execute. `label` names it in messages: "cell 7" of a notebook (all cells count), "line 40" of a script.

    kind: "exercise" (`name` is the exercise's), "setup", "demo" (only its imports), "other", or "script" for a file
    without anything of the release or a cell of several exercises, whose statements are executed independently.
    first_line: for scripts, the line of the submitted file on which `source` starts; 1 for notebooks.
    """

    label: str
    source: str
    kind: str
    name: str | None
    first_line: int = 1

    @property
    def loadable(self) -> tuple[str, str, str, int]:
        """The form that the sandbox takes: label, kind, source, first line."""
        return self.label, self.kind, self.source, self.first_line


@dataclass(frozen=True)
class Submission:
    """`cells` contains only what the sandbox should execute, in order; `notes` says what was repaired or ignored."""

    id: str
    path: Path
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]

    @property
    def loadable(self) -> list[tuple[str, str, str, int]]:
        return [cell.loadable for cell in self.cells]

    @property
    def is_notebook(self) -> bool:
        """Whether its code runs as `__main__`."""
        return self.path.suffix.lower() == ".ipynb"


_IMPORT = re.compile(r"(?:import|from)[ \t][\w., \t]+(?:#.*)?")


def _imports(source: str) -> str:
    """The one-line top-level imports, each on its own line number, because a student's function may use them."""
    rows = source.split("\n")
    return "\n".join(row if _IMPORT.fullmatch(row) and not row.startswith(OURS) else "" for row in rows)


_CONFLICT = re.compile(r"^<{7}(?: |$)", re.MULTILINE)


def _merged(raw: RawCell, kind: str, release: Release | None) -> str:
    """The kind; "script" for a cell with several exercises, so that one failing statement does not affect them all."""
    defined = places(raw.source).keys() if kind == "other" and release else ()
    return "script" if release and len(set(release.exercises).intersection(defined)) > 1 else kind


def _plain(raw: RawCell) -> RawCell:
    """The cell without code that works only at home, and with prose that cannot break it."""
    raw = without_kit(raw)
    return raw.with_source(with_plain_prose(raw.source))


def read(
    path: str | os.PathLike[str],
    release: Release | None = None,
    submission_id: str | None = None,
    data: bytes | None = None,
) -> Submission:
    """The code of one handed-in file.

    release: what the students were given. Its setup cells replace the submission's; without it, nothing is restored.
    data: the file's bytes, if they were read already, since it may have been replaced meanwhile.
    Raises: Failure, which says what is wrong and what to do, if there is nothing to load.
    """
    path = Path(path)
    raws, notes = raw_cells(path, release, data)
    labelled = [(raw, *cell_kind(raw, release)) for raw in raws]
    if path.suffix.lower() == ".py" and not any(raw.tags for raw in raws):
        labelled = _behind_setup(labelled, release)
    elif release:
        labelled, restored = restore(labelled, release)
        notes += restored
    labelled, displaced = wherever_it_is(labelled, release)
    notes += displaced
    labelled = [(_plain(raw), _merged(raw, kind, release), name) for raw, kind, name in labelled]
    notes += _warnings(labelled)
    cells, magics = _executed(labelled)
    notes += magics
    if not any(cell.kind in ("exercise", "other", "script") for cell in cells):
        raise Failure(f"{path.name}: there is no code in it. Save your work and hand in the file that holds it.")
    if len(notes) > NOTES_LIMIT:
        notes = [*notes[:NOTES_LIMIT], f"and {len(notes) - NOTES_LIMIT} more notes"]
    return Submission(path.stem if submission_id is None else submission_id, path, tuple(cells), tuple(notes))


def _behind_setup(labelled: list[Labelled], release: Release | None) -> list[Labelled]:
    """The cells of a file that contains nothing of the release, after the release's setup cells."""
    setups = release.setups if release else {}
    setup: list[Labelled] = [(RawCell(f"setup cell {name}", text), "setup", name) for name, text in setups.items()]
    return setup + [(raw, "script" if kind == "other" else kind, name) for raw, kind, name in labelled]


def _warnings(labelled: list[Labelled]) -> list[str]:
    """Notes on likely mistakes in the file: merge conflict marks, and two cells for one exercise."""
    notes = [
        f"{raw.label}: it holds Git's conflict marks (<<<<<<<); keep one version and remove the marks"
        for raw, _, _ in labelled
        if _CONFLICT.search(raw.source)
    ]
    homes: dict[str | None, list[str]] = {}
    for raw, kind, name in labelled:
        if kind == "exercise":
            homes.setdefault(name, []).append(raw.label)
    for name, labels in homes.items():
        if len(labels) > 1:
            where = ", ".join(labels[:5])
            notes.append(f"{name} has {len(labels)} cells ({where}): they run in order, so the last one counts")
    return notes


def _executed(labelled: list[Labelled]) -> tuple[list[Cell], list[str]]:
    """The code for the sandbox to execute, and notes on magics in it."""
    neutral, notes = neutralize([raw for raw, kind, _ in labelled if kind not in ("demo", "check")])
    sources = iter(neutral)
    cells = []
    for raw, kind, name in labelled:
        if kind == "check":
            continue
        source = _imports(raw.source) if kind == "demo" else next(sources).source
        if source.strip():
            cells.append(Cell(raw.label, source, kind, name, raw.first_line))
    return cells, notes


def source_of(path: Path, submission: Submission | None = None, exercises: Iterable[str] = ()) -> Source:
    """Where these exercises are in a submitted file; without `submission`, only the file's name.

    The name is relative to the file's Git repository, or else to the current folder. For a file elsewhere, it is only
    the base name, since reports go to students.
    """
    whole = Path(os.path.abspath(path))
    repository = next((folder for folder in whole.parents if os.path.lexists(folder / ".git")), Path.cwd())
    file = (whole.relative_to(repository) if whole.is_relative_to(repository) else Path(path.name)).as_posix()
    found: dict[str, int] = {}
    exercises = set(exercises)
    for cell in submission.cells if submission else ():
        if cell.kind not in ("exercise", "other", "script"):
            continue
        number = re.fullmatch(r"cell (\d+)", cell.label)
        for name, start in places(cell.source).items():  # a later definition replaces an earlier one, as in execution
            if name in exercises:
                line = cell.first_line + cell.source.count("\n", 0, start)
                found[name] = int(number[1]) if number else line
    return Source(file, cells=found) if path.suffix.lower() == ".ipynb" else Source(file, lines=found)
