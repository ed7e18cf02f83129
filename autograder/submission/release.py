"""Reads what students were given, and finds the released cell for each cell of a submission."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from autograder.errors import CourseError, Failure
from autograder.submission.cells import CODE_LIMIT_CHARS, RawCell, decode, notebook_cells, read_bytes, script_cells
from autograder.submission.definitions import DEFINED, Work, definitions, imports

_MINUTES = re.compile(r"\bExercises?:([^\n(]*)\([^)\n]*?(\d+) minutes")
_CODE = re.compile(r"`(\w+)`")


class Named(Protocol):
    """Anything that belongs to one exercise."""

    @property
    def name(self) -> str:
        """The exercise's name."""


Exercise = TypeVar("Exercise", bound=Named)


@dataclass(frozen=True)
class Release:
    """The released files: the code cells of the notebook, and the text of the script and the notebook."""

    assignment_id: str
    folder: Path
    cells: tuple[RawCell, ...]
    script: str
    notebook: str = ""

    @classmethod
    def load(cls, folder: str | os.PathLike[str], assignment_id: str) -> Release:
        """Raises: CourseError if assignments/<id>/ does not contain a release."""
        base = Path(folder)
        try:
            notebook, script = (decode(data)[0] for data in _pristine(base, assignment_id))
            cells, _, _ = notebook_cells(notebook, f"{assignment_id}.ipynb")
        except (OSError, Failure) as error:
            raise CourseError(f"{base}: no release of {assignment_id} ({error}); run: autograder build") from error
        return cls(assignment_id, base, tuple(cell for cell in cells if not cell.turned), script, notebook)

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
    def lines(self) -> frozenset[str]:
        """Every line of code that students were given, stripped."""
        return frozenset(line.strip() for raw in self.cells for line in raw.source.split("\n"))

    def in_order(self, results: Iterable[Exercise]) -> tuple[Exercise, ...]:
        """Items sorted by their exercise's place in the notebook; unknown exercises come last."""
        places = {name: place for place, name in enumerate(self.exercises)}
        return tuple(sorted(results, key=lambda result: places.get(result.name, len(places))))

    @cached_property
    def order(self) -> dict[tuple[str, str | None], int]:
        return {(kind, name): position for position, (_, kind, name) in enumerate(self._ordered)}

    @cached_property
    def texts(self) -> dict[str, tuple[str, str | None]]:
        """Source -> (kind, name), for cells that lost their metadata."""
        return {same_text(raw.source): (kind, name) for raw, kind, name in self._ordered}

    @cached_property
    def points(self) -> dict[str, float]:
        """Grade id of each graded cell -> its points. Written answers, graded by a person, are written_N."""
        metadata = [cell["metadata"].get("nbgrader", {}) for cell in self._every_cell]
        return {each["grade_id"]: float(each["points"]) for each in metadata if each.get("grade")}

    @cached_property
    def worth(self) -> dict[str, float]:
        """Exercise -> the points of all of its checks, including hidden ones."""
        return {name: self.points.get(f"check_{name}", 0.0) for name in self.exercises}

    @cached_property
    def minutes(self) -> dict[str, float]:
        """Exercise -> the minutes in its heading, as in "Exercise: `adam` (13 points, 45 minutes)".

        Several exercises in one heading share its minutes equally.
        """
        found: dict[str, float] = {}
        for cell in self._every_cell:
            if cell["cell_type"] == "markdown":
                for heading, minutes in _MINUTES.findall("".join(cell["source"])):
                    names = [name for name in _CODE.findall(heading) if name in self.exercises]
                    found |= {name: float(minutes) / len(names) for name in names}
        return found

    @cached_property
    def written(self) -> dict[str, float]:
        return {name: points for name, points in self.points.items() if name.startswith("written_")}

    @cached_property
    def definitions(self) -> Work:
        return {name: lines for raw in self.cells for name, lines in definitions(raw.source).items()}

    @cached_property
    def imports(self) -> set[str]:
        return {head for raw in self.cells for head in imports(raw.source)}

    @cached_property
    def kinds_of_exercises(self) -> dict[str, str]:
        """Exercise -> "def" or "class"; exercises that are values are left out."""
        return {name: kind for name in self.exercises if (kind := _kind_of(self.definitions.get(name, ())))}

    @cached_property
    def _every_cell(self) -> list[dict[str, Any]]:
        """All cells of the notebook's JSON, including Markdown."""
        return list(json.loads(self.notebook)["cells"])

    @cached_property
    def _ordered(self) -> list[tuple[RawCell, str, str | None]]:
        return [(raw, *(kind_by_tag(raw) or ("other", None))) for raw in self.cells]


def _kind_of(definition: tuple[str, ...]) -> str:
    """ "def" or "class", or empty for a value."""
    heads = [line for line in definition if line.startswith(("0 def ", "0 async ", "0 class "))]
    return ("class" if heads[-1].startswith("0 class ") else "def") if heads else ""


def _pristine(base: Path, assignment_id: str) -> tuple[bytes, bytes]:
    """The released notebook and script as they were built, without a student's later changes."""
    import numpy as np  # imported here, so that processes that only read submissions start faster

    try:
        with zipfile.ZipFile(base / "answers.npz") as archive:
            members = [f"release/{assignment_id}{suffix}.npy" for suffix in (".ipynb", ".py")]
            notebook, script = (np.load(io.BytesIO(archive.read(name))).tobytes() for name in members)
            return notebook, script
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        # A release made by hand has only the files.
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
    """The kind and name according to the form of the grade id, used if there is no release."""
    kind, _, name = grade_id.partition("_")
    if kind == "check":
        return "check", None
    return ("setup", name) if kind == "setup" and name.isdigit() else ("exercise", grade_id)


def same_text(source: str) -> str:
    return "\n".join(row.rstrip() for row in source.strip().split("\n"))


_CHECK_CALL = re.compile(
    r"(?:case|check|hint)\([ \t]*(?:[\"']?\w+[\"']?[ \t]*)?\);?|#.*"
    r"|from autograder\.notebook import (?:case, )?check(?:, hint)?"
    r"|if __name__ == [\"']__main__[\"']:"
)


def cell_kind(raw: RawCell, release: Release | None) -> tuple[str, str | None]:
    """(kind, exercise name or setup number) of a submitted cell, by its metadata, or else by its text."""
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


def only_code(raws: list[RawCell], release: Release | None) -> list[RawCell]:
    """The cells without Markdown, except code cells of the assignment whose type was changed to Markdown."""
    kept = []
    for raw in raws:
        if not raw.turned:
            kept.append(raw)
        elif cell_kind(raw, release)[0] != "other" and (kind_by_tag(raw) or release) and DEFINED.search(raw.source):
            kept.append(raw.with_source(_FENCE.sub("", raw.source)))
    return kept


_FENCE = re.compile(r"^(?:```|~~~)[ \t\w]*+$", re.MULTILINE)
# No branch can backtrack, because the text may be made to be slow.
_KIT = re.compile(
    r"^(?:(?:case|check|hint)\([ \t]*+(?:[\"']?+\w++[\"']?+[ \t]*+)?+\);?|from autograder\.notebook import [\w, \t]++)"
    r"[ \t]*+(?:#.*)?$",
    re.MULTILINE,
)
_PICTURE = re.compile(r"^with uses\([^()]*+\):", re.MULTILINE)


def without_kit(raw: RawCell) -> RawCell:
    """The cell without code that works only at home: calls of `check`, `case` and `hint`, and plots. Keeps all lines.

    A release has this code in separate cells, but merged cells and notebooks saved as Python do not.
    """
    return raw.with_source(_PICTURE.sub(_skipped, _KIT.sub("", raw.source)))


def _skipped(picture: re.Match[str]) -> str:
    return "if False:" + "\n" * picture[0].count("\n")


def _is_name(name: str | None) -> bool:
    return name is not None and name.isidentifier() and len(name) < 100


Labelled = tuple[RawCell, str, str | None]


def restore(labelled: list[Labelled], release: Release) -> tuple[list[Labelled], list[str]]:
    """The cells, with setup cells that were changed or deleted restored from the release, and notes.

    A student's copy of a locked cell is their own code. A changed locked cell is restored, and follows as "changed".
    """
    result, notes = _with_released_text(labelled, release)
    present = {name for _, kind, name in result if kind == "setup"}
    for name, text in release.setups.items():
        if name not in present:
            notes.append(f"the locked setup cell {name} was missing: it was put back")
            result.insert(_place_of(name, result, release), (RawCell(f"setup cell {name}", text), "setup", name))
    return result, notes


def _with_released_text(labelled: list[Labelled], release: Release) -> tuple[list[Labelled], list[str]]:
    """The cells, with each setup cell once and in its released form, and notes."""
    released = {name: same_text(text) for name, text in release.setups.items()}
    setups = [(raw, name) for raw, kind, name in labelled if kind == "setup"]
    intact = {name for raw, name in setups if name in released and same_text(raw.source) == released[name]}
    result: list[Labelled] = []
    notes: list[str] = []
    seen: set[str] = set()
    for raw, kind, name in labelled:
        if kind != "setup":
            result.append((raw, kind, name))
        elif name not in released:
            result.append((raw, "other", None))
        elif same_text(raw.source) == released[name]:
            seen.add(name)
            result.append((raw, "setup", name))
        elif name in intact or name in seen:  # a copy
            result.append((raw, "other", None))
        else:
            seen.add(name)
            notes.append(f"{raw.label} is locked but was changed: the released text was used")
            result.append((RawCell(raw.label, release.setups[name], raw.first_line), "setup", name))
            result.append((raw, "changed", None))
    return result, notes


def _place_of(name: str, cells: list[Labelled], release: Release) -> int:
    """Where a setup cell belongs among these: before what follows it in the release, or else after what precedes it."""
    place = release.order["setup", name]
    ranks = [release.order.get((kind, key), -1) if kind in ("setup", "exercise") else -1 for _, kind, key in cells]
    later = [index for index, rank in enumerate(ranks) if rank > place]
    if later:
        return later[0]
    earlier = [index for index, rank in enumerate(ranks) if 0 <= rank < place]
    return earlier[-1] + 1 if earlier else 0


# ---- the file of a submission ----------------------------------------------------------------------------------------


def raw_cells(path: Path, release: Release | None, data: bytes | None = None) -> tuple[list[RawCell], list[str]]:
    """The code cells of a handed-in file, and notes about repairs. data: its bytes, if they were already read.

    Raises: Failure if it cannot be read, or belongs to another assignment than the release.
    """
    suffix = path.suffix.lower()
    if suffix not in (".ipynb", ".py"):
        raise Failure(f"{path.name}: hand in a notebook (.ipynb) or a Python file (.py), not {path.suffix or 'this'}")
    data = read_bytes(path) if data is None else data
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
    raws = only_code(raws, release)
    if sum(len(raw.source) for raw in raws) > CODE_LIMIT_CHARS:
        raise Failure(f"{path.name}: more than {CODE_LIMIT_CHARS >> 10} KiB of code; hand in only your own code")
    if release:
        refuse_another_assignment(path.name, raws, claimed, release)
    return raws, notes


def refuse_another_assignment(file: str, raws: list[RawCell], claimed: str | None, release: Release) -> None:
    """Raises: Failure if the file belongs to another assignment, unless it defines half of this one's exercises."""
    wanted = set(release.exercises)
    kinds = [kind_by_tag(raw) or (kind_by_grade_id(raw.grade_id) if raw.grade_id else ("other", None)) for raw in raws]
    tagged = {name for kind, name in kinds if kind == "exercise" and name}
    if claimed == release.assignment_id or (claimed is None and (not tagged or tagged & wanted)):
        return
    defined = {match[1] or match[2] for raw in raws for match in DEFINED.finditer(raw.source)}
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
