"""When submissions were handed in, from who knows it: a table, or the timestamp.txt that nbgrader writes.

Neither a file's date nor a Git commit's is evidence: a copy changes the one, and its author chooses the other. So it
is with a timestamp.txt that lies anywhere but where nbgrader writes it.
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

NBGRADER = "nbgrader"  # in place of a table: what nbgrader's timestamp.txt says
_FILE = "timestamp.txt"
_UNTIL_THEN = "Until it is known when this was handed in, it is not late"


def stamped(found: Sequence[Found], assignment_id: str, source: str) -> list[Found]:
    """The submissions with the time at which each was handed in. source: the path of a CSV table, or "nbgrader".

    A time that is missing or no instant costs its student a note, and everybody else nothing.
    Raises: CourseError if the table cannot be read, or if no time at all is known: then it is the source that is wrong.
    """
    table = None if source == NBGRADER else read_table(Path(source), assignment_id)
    place = f"{_FILE} beside the submission" if table is None else f"row in {Path(source).name}"
    result, faults, unknown = list[Found](), list[str](), list[str]()
    for item in found:
        when = _nbgrader(item) if table is None else table.get(item.id, table.get(number_of(item.id) or ""))
        if isinstance(when, datetime):
            item = replace(item, submitted=when)
        elif item.submitted is None and (when or item.path):
            (faults if when else unknown).append(when or item.id)
            note = f"{when or f'There is no {place} of this student'}. {_UNTIL_THEN}."
            item = replace(item, notes=(*item.notes, note))
        result.append(item)
    if not any(item.submitted for item in result):
        missing = f"There is no {place} of {shortened(unknown)}: when was that handed in?" if unknown else ""
        wrong = faults[0] if faults and (table is not None or unknown) else ""
        if missing or wrong:
            raise CourseError(". ".join(filter(None, (wrong, missing))))
    return result


def read_table(path: Path, assignment_id: str) -> dict[str, datetime | str]:
    """Student -> when they handed in this assignment, or what is wrong with their row. Of a CSV with the columns
    student, submitted and, where one table serves several, assignment; other columns are not read.

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
            times[student] = f"{where}: {student} appears twice; grade each attempt into a folder of its own"
        else:
            times[student] = _instant(row.cells[at], where)
    return times


def nbgrader_s(folder: Path) -> datetime | str | None:
    """The time by the file that nbgrader has written into this folder; or what is wrong with it; None if there is none.

    A link is none of nbgrader's, nor is what lies in a folder that is one.
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
    """Not by a file that was handed in. Of a file that somebody has named, by the one beside it."""
    folder = item.collected or (item.path.parent if item.path else None)
    return nbgrader_s(folder) if folder else None


def _instant(text: str, where: str) -> datetime | str:
    try:
        return instant(text)
    except ValueError as fault:
        return f"{where}: {text.strip()[:60]!r} is not a point in time; {fault}"
