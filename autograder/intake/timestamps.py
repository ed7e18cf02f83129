"""Reads hand-in times from a table, or from the timestamp.txt files that nbgrader writes.

The date of a file proves nothing, because copying changes it. The date of a Git commit proves nothing, because its
author chooses it. The same is true of a timestamp.txt anywhere but where nbgrader writes it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import CourseError, Failure
from autograder.intake.downloads import number_of
from autograder.intake.find import Found
from autograder.submission.cells import decode, read_bytes
from autograder.tables import parse, read_text
from autograder.text import same_name, shortened
from autograder.times import instant

NBGRADER = "nbgrader"  # instead of a table: use nbgrader's timestamp.txt
_FILE = "timestamp.txt"
_UNTIL_THEN = "Until the hand-in time is known, this is not late"


def stamped(found: Sequence[Found], assignment_id: str, source: str) -> list[Found]:
    """The submissions with their hand-in times. source: the path of a CSV table, or "nbgrader".

    If a time is missing or invalid, that student's report gets a note; nobody else is affected.
    Raises: CourseError if the table cannot be read, or if no time at all is known, because then the source is wrong.
    """
    table = None if source == NBGRADER else read_table(Path(source), assignment_id)
    place = f"{_FILE} beside the submission of" if table is None else f"row in {Path(source).name} for"
    result, faults, unknown = list[Found](), list[str](), list[str]()
    for item in found:
        when = _nbgrader(item) if table is None else table.get(item.id, table.get(number_of(item.id) or ""))
        if isinstance(when, datetime):
            item = replace(item, submitted=when)
        elif item.submitted is None and (when or item.path):
            (faults if when else unknown).append(when or item.id)
            note = f"{when or f'There is no {place} this student'}. {_UNTIL_THEN}."
            item = replace(item, notes=(*item.notes, note))
        result.append(item)
    if not any(item.submitted for item in result):
        missing = f"There is no {place} {shortened(unknown)}, so the hand-in time is not known" if unknown else ""
        wrong = faults[0] if faults and (table is not None or unknown) else ""
        if missing or wrong:
            raise CourseError(". ".join(filter(None, (wrong, missing))))
    return result


def read_table(path: Path, assignment_id: str) -> dict[str, datetime | str]:
    """Student -> their hand-in time, or what is wrong with their row.

    The CSV has the columns student, submitted and, if it covers several assignments, assignment; others are not read.

    Raises: CourseError if the file is not such a table.
    """
    text, _ = read_text(path)
    table = parse(text, str(path))
    who, at = table.column("student", str(path)), table.column("submitted", str(path))
    of = table.heads.index("assignment") if "assignment" in table.heads else None
    times: dict[str, datetime | str] = {}
    for row in table.rows:
        if of is not None and row.cells[of].strip() != assignment_id:
            continue
        student, where = same_name(row.cells[who].strip()), f"{path.name}, line {row.line}"
        if student in times:
            times[student] = f"{where}: {student} appears twice; grade each attempt into a separate folder"
        else:
            times[student] = _instant(row.cells[at], where)
    return times


def nbgrader_s(folder: Path) -> datetime | str | None:
    """The time in the file that nbgrader wrote into this folder, or what is wrong with it; None if there is none.

    A link was not made by nbgrader, and neither was a file in a linked folder.
    """
    path = folder / _FILE
    if folder.is_symlink() or not os.path.lexists(path):
        return None
    try:
        text, _ = decode(read_bytes(path))
    except Failure as failure:
        return failure.message
    with contextlib.suppress(ValueError):
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is None:  # UTC: nbgrader.utils.parse_utc, as zip_collect writes it
            return at.replace(tzinfo=UTC)
    return _instant(text, _FILE)


def _nbgrader(item: Found) -> datetime | str | None:
    """The time in nbgrader's file, never in a submitted one. For a single file, nbgrader's file is next to it."""
    folder = item.collected or (item.path.parent if item.path else None)
    return nbgrader_s(folder) if folder else None


def _instant(text: str, where: str) -> datetime | str:
    try:
        return instant(text)
    except ValueError as fault:
        return f"{where}: {text.strip()[:60]!r} is not a point in time; {fault}"
