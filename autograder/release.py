"""What students were given, and which cell of a submission is which cell of it."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from autograder.cells import RawCell, decode, notebook_cells
from autograder.errors import CourseError, Failure


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


def _is_name(name: str | None) -> bool:
    return name is not None and name.isidentifier() and len(name) < 100


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
