"""What students were given, which cell of a submission is which cell of it, and what of a file goes beyond it."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from autograder.cells import (
    CODE_LIMIT_CHARS,
    RawCell,
    decode,
    definitions,
    notebook_cells,
    read_bytes,
    script_cells,
)
from autograder.errors import CourseError, Failure

Work = dict[str, tuple[str, ...]]  # name -> the statements of its definition


@dataclass(frozen=True)
class Release:
    """What students were given: the code cells of the released notebook, the text of the script and of the notebook."""

    assignment_id: str
    folder: Path
    cells: tuple[RawCell, ...]
    script: str
    notebook: str = ""

    @classmethod
    def load(cls, folder: str | os.PathLike[str], assignment_id: str) -> Release:
        """Raises: CourseError if assignments/<id>/ does not hold a release."""
        base = Path(folder)
        try:
            notebook, script = (decode(data)[0] for data in _pristine(base, assignment_id))
            cells, _, _ = notebook_cells(notebook, f"{assignment_id}.ipynb")
        except (OSError, Failure) as error:
            raise CourseError(f"{base}: no release of {assignment_id} ({error}); run: autograder build") from error
        return cls(assignment_id, base, tuple(cells), script, notebook)

    @cached_property
    def kinds(self) -> dict[str, tuple[str, str | None]]:
        """grade id -> (kind, name)"""
        return {raw.grade_id: kind_by_tag(raw) or ("other", None) for raw in self.cells if raw.grade_id}

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        return tuple(name for _, kind, name in self._ordered if kind == "exercise" and name)

    @cached_property
    def setups(self) -> dict[str, str]:
        """Number of the setup cell -> its source."""
        return {name or "": raw.source for raw, kind, name in self._ordered if kind == "setup"}

    @cached_property
    def order(self) -> dict[tuple[str, str | None], int]:
        return {(kind, name): position for position, (_, kind, name) in enumerate(self._ordered)}

    @cached_property
    def texts(self) -> dict[str, tuple[str, str | None]]:
        """Source -> (kind, name), for cells that lost their metadata."""
        return {same_text(raw.source): (kind, name) for raw, kind, name in self._ordered}

    @cached_property
    def definitions(self) -> Work:
        return {name: lines for raw in self.cells for name, lines in definitions(raw.source).items()}

    @cached_property
    def _ordered(self) -> list[tuple[RawCell, str, str | None]]:
        return [(raw, *(kind_by_tag(raw) or ("other", None))) for raw in self.cells]


def _pristine(base: Path, assignment_id: str) -> tuple[bytes, bytes]:
    """The released notebook and script as they were, whatever a student has written into them since."""
    try:
        with zipfile.ZipFile(base / "answers.npz") as archive:
            members = [f"release/{assignment_id}{suffix}.npy" for suffix in (".ipynb", ".py")]
            notebook, script = (np.load(io.BytesIO(archive.read(name))).tobytes() for name in members)
            return notebook, script
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        # A release made by hand has the files alone.
        return (base / f"{assignment_id}.ipynb").read_bytes(), (base / f"{assignment_id}.py").read_bytes()


def kind_by_tag(raw: RawCell) -> tuple[str, str | None] | None:
    for tag in raw.tags:
        kind, colon, name = tag.partition(":")
        if colon and kind in ("exercise", "setup") and name:
            return kind, name
        if tag in ("demo", "check"):
            return tag, None
    return None


def kind_by_grade_id(grade_id: str) -> tuple[str, str | None]:
    """Without a release only the form of the grade id tells."""
    kind, _, name = grade_id.partition("_")
    if kind == "check":
        return "check", None
    return ("setup", name) if kind == "setup" and name.isdigit() else ("exercise", grade_id)


def same_text(source: str) -> str:
    return "\n".join(row.rstrip() for row in source.strip().split("\n"))


_CHECK_CALL = re.compile(
    r"check\([ \t]*[\"']\w+[\"'][ \t]*\);?|from autograder\.notebook import check|#.*"
    r"|if __name__ == [\"']__main__[\"']:"
)


def cell_kind(raw: RawCell, release: Release | None) -> tuple[str, str | None]:
    """(kind, exercise name or setup number) of a submitted cell, from its metadata or else from its text."""
    known = kind_by_tag(raw)
    if raw.grade_id:
        known = release.kinds.get(raw.grade_id, known) if release else known or kind_by_grade_id(raw.grade_id)
    if known is None and release:
        known = release.texts.get(same_text(raw.source))
    if known is None:
        rows = [row.strip() for row in raw.source.split("\n")]
        known = ("check" if all(not row or _CHECK_CALL.fullmatch(row) for row in rows) else "other"), None
    kind, name = known
    if kind == "exercise" and not (name in release.exercises if release else _is_name(name)):
        return "other", None
    return kind, name


# No branch can backtrack: the text may be made to be slow.
_KIT = re.compile(
    r"^(?:check\([ \t]*+[\"']\w++[\"'][ \t]*+\);?|from autograder\.notebook import [\w, \t]++)[ \t]*+(?:#.*)?$",
    re.MULTILINE,
)
_PICTURE = re.compile(r"^with uses\([^()\n]*+\):", re.MULTILINE)


def without_kit(raw: RawCell) -> RawCell:
    """The cell, line for line, without what only works at home: calls of `check` and pictures.

    In a release they have cells of their own, in merged cells and in a notebook saved as Python they have not.
    """
    return replace(raw, source=_PICTURE.sub("if False:", _KIT.sub("", raw.source)))


def _is_name(name: str | None) -> bool:
    return name is not None and name.isidentifier() and len(name) < 100


Labelled = tuple[RawCell, str, str | None]


def restore(labelled: list[Labelled], release: Release) -> tuple[list[Labelled], list[str]]:
    """The cells with the release's setup cells in place of those that were changed or deleted, and notes.

    A copy of a locked cell that a student wrote into is their own code.
    """
    notes: list[str] = []
    result: list[Labelled] = []
    released = {name: same_text(text) for name, text in release.setups.items()}
    intact = {
        name for raw, kind, name in labelled if kind == "setup" and same_text(raw.source) == released.get(name or "")
    }
    seen: set[str] = set()
    for raw, kind, name in labelled:
        if kind == "setup":
            changed = same_text(raw.source) != released.get(name or "")
            if name not in released or (changed and (name in intact or name in seen)):
                kind, name = "other", None
            elif changed:
                notes.append(f"{raw.label} is locked but was changed: the released text was used")
                raw = RawCell(raw.label, release.setups[name], raw.first_line)
        if kind == "setup" and name:
            seen.add(name)
        result.append((raw, kind, name))
    for name, text in release.setups.items():
        if name in seen:
            continue
        notes.append(f"the locked setup cell {name} was missing: it was put back")
        place = release.order["setup", name]
        ranks = [release.order.get((kind, key), -1) if kind in ("setup", "exercise") else -1 for _, kind, key in result]
        later = [n for n, rank in enumerate(ranks) if rank > place]
        earlier = [n + 1 for n, rank in enumerate(ranks) if 0 <= rank < place]
        at = later[0] if later else earlier[-1] if earlier else 0
        result.insert(at, (RawCell(f"setup cell {name}", text), "setup", name))
    return result, notes


# ---- the file of a submission ----------------------------------------------------------------------------------------


def raw_cells(path: Path, release: Release | None) -> tuple[list[RawCell], list[str]]:
    """The code cells of a handed-in file and notes about repairs.

    Raises: Failure if it cannot be read, or is of another assignment than the release.
    """
    suffix = path.suffix.lower()
    if suffix not in (".ipynb", ".py"):
        raise Failure(f"{path.name}: hand in a notebook (.ipynb) or a Python file (.py), not {path.suffix or 'this'}")
    data = read_bytes(path)
    if not data.strip():
        raise Failure(f"{path.name}: the file is empty. Save your work and hand it in again.")
    if data.startswith(b"PK\x03\x04"):
        raise Failure(f"{path.name}: this is a zip archive. Hand in the file that is inside it.")
    text, notes = decode(data)
    claimed = None
    if suffix == ".ipynb":
        raws, claimed, more = notebook_cells(text, path.name)
        notes += more
    else:
        raws = script_cells(text, path.name)
    if sum(len(raw.source) for raw in raws) > CODE_LIMIT_CHARS:
        raise Failure(f"{path.name}: more than {CODE_LIMIT_CHARS >> 10} KiB of code; hand in only your own code")
    if release:
        refuse_another_assignment(path.name, raws, claimed, release)
    return raws, notes


_DEFINED = re.compile(r"^(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)


def refuse_another_assignment(file: str, raws: list[RawCell], claimed: str | None, release: Release) -> None:
    """Raises: Failure if the file is of another assignment, unless it defines half of this one's exercises."""
    wanted = set(release.exercises)
    kinds = [kind_by_tag(raw) or (kind_by_grade_id(raw.grade_id) if raw.grade_id else ("other", None)) for raw in raws]
    tagged = {name for kind, name in kinds if kind == "exercise" and name}
    if claimed == release.assignment_id or (claimed is None and (not tagged or tagged & wanted)):
        return
    defined = {match[1] or match[2] for raw in raws for match in _DEFINED.finditer(raw.source)}
    if 2 * len(wanted & defined) >= len(wanted):
        return
    seems = claimed or _owner(tagged, release) or f"another one, with {', '.join(sorted(tagged)[:4])}"
    raise Failure(f"{file}: this is not {release.assignment_id}; it seems to be {seems[:200]}. Hand in the right file.")


def _owner(names: set[str], release: Release) -> str | None:
    """The sibling assignment that has these exercises."""
    for folder in sorted(release.folder.resolve().parent.iterdir()):
        try:
            if names & set(Release.load(folder, folder.name).exercises):
                return folder.name
        except CourseError:
            continue  # not a release
    return None


# ---- what goes beyond the release -----------------------------------------------------------------------------------

_HEAD = re.compile(r"\d+ (?:async |def |class |@)")
_PLACEHOLDER = re.compile(r"\d+ raiseNotImplementedError\b.*|0 \w+=None")


def work_in(path: Path, release: Release | None) -> Work:
    """The exercises of a file that somebody has worked on, and the functions and classes beside them.

    Whatever a formatter does to a stub, and whatever an earlier release said in comments and docstrings, is no work.
    Without a release each function and class counts as an exercise.
    Raises: Failure if the file cannot be read.
    """
    raws, _ = raw_cells(path, release)
    if release:
        raws = [raw for raw in raws if same_text(raw.source) not in release.texts]
    raws = [raw for raw in raws if cell_kind(raw, release)[0] in ("exercise", "other")]
    defined = {name: lines for raw in raws for name, lines in definitions(raw.source).items()}
    given = release.definitions if release else {}
    exercises = release.exercises if release else set(defined)
    work = {
        name: lines
        for name, lines in defined.items()
        if (name in exercises or any(map(_HEAD.match, lines))) and _goes_beyond(lines, given.get(name, ()))
    }
    return work if any(name in exercises for name in work) else {}


def beyond(work: Work, other: Work) -> list[str]:
    """The names for which `work` holds something that `other` does not."""
    return [name for name, lines in work.items() if _goes_beyond(lines, other.get(name, ()))]


def finished(work: Work, release: Release | None) -> int:
    """How many exercises have no placeholder left."""
    exercises = release.exercises if release else work
    return sum(name in exercises and not any(map(_PLACEHOLDER.fullmatch, lines)) for name, lines in work.items())


def _goes_beyond(lines: tuple[str, ...], base: tuple[str, ...]) -> bool:
    """Whether a definition is work: not what `base` is, and not a stub around lines of it.

    The head of a stub does not count: it may have changed from release to release, and is nobody's work.
    """
    if lines == base:
        return False
    placeholders = [line for line in lines if _PLACEHOLDER.fullmatch(line)]
    own = {line for line in lines if not _HEAD.match(line)} - set(placeholders) - set(base)
    return bool(own) or not placeholders
