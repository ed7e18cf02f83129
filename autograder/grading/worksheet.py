"""Puts submitted work into the release's notebook, whatever its author or a program did to it.

Used for nbgrader, and to extract the answers that a person grades. Runs in the trusted process. The cells' contents are
the student's. Everything that nbgrader acts on comes from the release: metadata, locked cells, the number of cells and
their order. Otherwise a submission could make nbgrader fail, which would leave its student without a grade, or, with a
schema version of the student's choice, stop the whole class. HTML in a student's prose does not reach the page on which
the instructor grades; `integrations.nbgrader.prose` handles what Markdown turns into HTML.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
from typing import Any

from autograder.errors import Failure
from autograder.intake.find import Found
from autograder.report.results import ExerciseResult, by_hand
from autograder.submission.cells import MARKER, RawCell, decode, notebook_cells, notebook_json, read_bytes, script_cells
from autograder.submission.reading_process import apart
from autograder.submission.release import Release, cell_kind, only_code, same_text
from autograder.text import printable

Node = dict[str, Any]
_Item = tuple[int | None, Node]  # (index of the cell in the release, cell)
_MISSING = "*(This cell was missing from what was handed in.)*\n\n"
_WRITTEN = re.compile(r"\[markdown\].*tags=\[\"written:")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]+")
_LONGEST_ANSWER = 20_000
_MOST_PROSE = 100_000  # characters per student: rendering some texts takes a second per 20,000 characters
_CUT = "\n\n(The rest is left out here: it is too long.)"
_FILE = re.compile(r"[\w.() -]{1,100}")


def notebook_of(found: Found, release: Release, data: bytes | None = None) -> Node:
    """The student's work in the release's notebook, nbformat 4.5, without outputs.

    If a cell was submitted twice, the last one counts, as in nbgrader. A missing cell is restored after its predecessor
    in the release; for an unreadable file, the result is the whole release.
    data: the file's bytes, if they were read already.
    """
    with contextlib.suppress(Failure):
        if found.path is not None and not found.problem:
            data = read_bytes(found.path) if data is None else data
            return apart(found.path.name, _filled, release, data, found.path.name)
    return _filled(release, b"", "")


def _filled(release: Release, data: bytes, file: str) -> Node:
    """The filled notebook; without a file name, the release as it was. Raises: Failure if the file cannot be read."""
    pristine = json.loads(release.notebook)
    for cell in pristine["cells"]:
        cell["source"] = "".join(cell["source"])
    given: list[Node] = pristine["cells"]
    items: list[_Item] = []
    whole = True  # whether all cells of the release belong into it, or only those with an nbgrader id
    if file:
        text, _ = decode(data)
        whole = file.lower().endswith(".py")
        items = _of_script(text, file, given, release) if whole else _of_notebook(text, file, given, release)
        whole = whole or not items
    last = {place: index for index, (place, _) in enumerate(items) if place is not None}
    cells: list[_Item] = [
        (place, _as_released(cell, given[place])) if place is not None and last[place] == index else (None, cell)
        for index, (place, cell) in enumerate(items)
    ]
    _shorten(cells, given)
    _put_back(cells, given, whole, bool(items))
    made = [cell for _, cell in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    return pristine | {"cells": made}


def written_answers(found: Found, release: Release, data: bytes | None = None) -> tuple[ExerciseResult, ...]:
    """The answers that a person grades, with their texts. An answer that was left empty gets 0 points.

    This is the same as in nbgrader's gradebook. If reading fails, a person has to look. data: see `notebook_of`.
    """
    if not release.written:
        return ()
    given = {_grade_id(cell): "".join(cell["source"]) for cell in json.loads(release.notebook)["cells"]}
    try:
        cells = {_grade_id(cell): cell["source"] for cell in notebook_of(found, release, data)["cells"]}
    except Exception:
        cells = dict.fromkeys(release.written, "")
    return tuple(
        by_hand(name, points, 0.0, "Nothing was written here.")
        if cells[name] == given[name]
        else by_hand(name, points, None, printable(cells[name])[:_LONGEST_ANSWER])
        for name, points in release.written.items()
    )


def _of_notebook(text: str, file: str, given: list[Node], release: Release) -> list[_Item]:
    raws, _, _ = notebook_cells(text, file)
    code = {raw.label: raw for raw in only_code(raws, release)}
    places = _Places(given, release)
    items: list[_Item] = []
    notebook = notebook_json(text, file)
    cells = notebook.get("cells")
    if cells is None:  # nbformat 3
        sheets = [sheet.get("cells") for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    for number, cell in enumerate(cells, 1):
        if raw := code.get(f"cell {number}"):
            items.append((places.of_code(raw), _code(raw.source)))
        elif isinstance(cell, dict) and cell.get("cell_type") in ("markdown", "raw", "heading"):
            items.append(places.of_prose(cell))
    return items


def _of_script(text: str, file: str, given: list[Node], release: Release) -> list[_Item]:
    raws = script_cells(text, file)
    places = _Places(given, release)
    items: list[_Item] = [(places.of_code(raw), _code(raw.source)) for raw in raws if raw.tags != ("check",)]
    if any(raw.tags for raw in raws):
        written = [place for place, cell in enumerate(given) if _grade_id(cell).startswith("written_")]
        return items + list(zip(written, _written_in(text), strict=False))
    for place, cell in enumerate(given):  # a file of the student's own: their answer must not appear as an empty stub
        if _is_solution(cell):
            items.append((place, cell | {"source": f"{'# ' * (cell['cell_type'] == 'code')}Handed in as {file}."}))
    return items


def _written_in(text: str) -> list[Node]:
    """The written answers in a percent script, in order."""
    marks = list(MARKER.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    found = []
    for mark, end in zip(marks, ends, strict=True):
        if _WRITTEN.search((mark[1] or "")[:200]):
            rows = text[mark.end() : end].strip("\n").split("\n")
            found.append(_prose("\n".join(row.removeprefix("#").removeprefix(" ") for row in rows)))
    return found


class _Places:
    """Finds a cell's index in the release: by its metadata, or else by its text."""

    def __init__(self, given: list[Node], release: Release) -> None:
        self._given, self._release = given, release
        self._ids = {_grade_id(cell): place for place, cell in enumerate(given) if _grade_id(cell)}
        self._texts = {same_text(cell["source"]): place for place, cell in enumerate(given)}

    def of_code(self, raw: RawCell) -> int | None:
        kind, name = cell_kind(raw, self._release)
        if kind == "exercise":
            return self._ids.get(name or "")
        if kind == "setup":
            return self._ids.get(f"setup_{name}")
        same = self._texts.get(same_text(raw.source))
        return self._ids.get(raw.grade_id or "", same) if kind == "check" else same

    def of_prose(self, cell: Node) -> _Item:
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        source = str(source)
        metadata = cell.get("metadata")
        metadata = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = metadata.get("grade_id") if isinstance(metadata, dict) else None
        place = self._ids.get(grade_id) if isinstance(grade_id, str) else None
        if place is None or self._given[place]["cell_type"] != "markdown":
            place = self._texts.get(same_text(source))
        if place is not None and same_text(self._given[place]["source"]) == same_text(source):
            return place, copy.deepcopy(self._given[place])
        made = _prose(source)
        pictures = cell.get("attachments")
        if isinstance(pictures, dict) and (kept := _pictures(pictures)):
            made["attachments"] = kept
        return place, made


def _put_back(cells: list[_Item], given: list[Node], whole: bool, legible: bool) -> None:
    """Insert the release's missing cells. legible: something could be read, so an answer may be in another cell."""
    after = 0
    for place, cell in enumerate(given):
        at = next((index for index, (known, _) in enumerate(cells) if known == place), None)
        if at is not None:
            after = at + 1
        elif whole or _grade_id(cell):
            if legible and _is_solution(cell) and cell["cell_type"] == "markdown":
                cell = cell | {"source": _MISSING + cell["source"]}
            cells.insert(after, (place, copy.deepcopy(cell)))
            after += 1


def _shorten(cells: list[_Item], given: list[Node]) -> None:
    """Cut off prose that is too long to render, since rendering time grows with the square of the length. Answers have
    priority over other prose."""
    known, room = {cell["source"] for cell in given}, _MOST_PROSE
    for _, cell in sorted(cells, key=lambda item: item[0] is None):
        source = cell["source"]
        if cell["cell_type"] == "markdown" and source not in known:
            if len(source) > (most := min(room, _LONGEST_ANSWER)):
                cell["source"] = source[:most] + _CUT
            room = max(room - len(source), 0)


def _as_released(cell: Node, released: Node) -> Node:
    """The student's cell with the release's metadata, and with its text if that is locked."""
    if not _is_solution(released):
        return copy.deepcopy(released)
    made = copy.deepcopy(released) | {"source": cell["source"]}
    return made | ({"attachments": cell["attachments"]} if "attachments" in cell else {})


def _code(source: str) -> Node:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _prose(source: str) -> Node:
    source, _ = decode(source.encode("utf-8", "replace"))
    # With a space after "<", the rest is not a tag, whether in prose, code or a formula.
    return {"cell_type": "markdown", "metadata": {}, "source": _TAG.sub("< ", source)}


def _pictures(attachments: Node) -> Node:
    """The attached PNG and JPEG images, such as a photograph of a derivation. Other attachments are dropped."""
    kept = {}
    for name, bundle in attachments.items():
        data = {
            kind: text
            for kind, text in (bundle.items() if isinstance(bundle, dict) else ())
            if kind in ("image/png", "image/jpeg") and isinstance(text, str) and _PICTURE.fullmatch(text)
        }
        if data and _FILE.fullmatch(name):
            kept[name] = data
    return kept


def _grade_id(cell: Node) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _is_solution(cell: Node) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))
