"""When submissions were handed in, from who knows it: a table, or the timestamp.txt that nbgrader writes.

Neither a file's date nor a Git commit's is evidence: a copy changes the one, and its author chooses the other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from autograder.cells import decode, read_bytes
from autograder.errors import CourseError, Failure
from autograder.hand_ins import Found
from autograder.instants import instant
from autograder.text import did_you_mean, shortened

NBGRADER = "nbgrader"  # in place of a table: what nbgrader's timestamp.txt beside each submission says
_FILE = "timestamp.txt"


def stamped(found: Sequence[Found], assignment_id: str, source: str) -> list[Found]:
    """The submissions with the time at which each was handed in. source: the path of a CSV table, or "nbgrader".

    Raises: CourseError if the table cannot be read, or the time of a submission is missing or is no instant.
    """
    times = None if source == NBGRADER else read_table(Path(source), assignment_id)
    result, unknown = list[Found](), list[str]()
    for item in found:
        submitted = times.get(item.id) if times is not None else _nbgrader(item)
        result.append(replace(item, submitted=submitted))
        if submitted is None and item.path is not None:
            unknown.append(item.id)
    if unknown:
        place = f"{_FILE} beside the submission" if times is None else f"row in {source}"
        raise CourseError(f"There is no {place} of {shortened(unknown)}: when was that handed in?")
    return result


def read_table(path: Path, assignment_id: str) -> dict[str, datetime]:
    """Student -> when they handed in this assignment, from a CSV with the columns student, submitted and, where one
    table serves several, assignment. Other columns are not read.

    Raises: CourseError with the file and line of the first fault.
    """
    try:
        text, _ = decode(read_bytes(path))
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        heads = list(table.fieldnames or ())
        for head in ("student", "submitted"):
            if head not in heads:
                raise CourseError(f"{path}: there is no column {head!r}{did_you_mean(head, heads)}")
        times: dict[str, datetime] = {}
        for row in table:
            if row.get("assignment", assignment_id) != assignment_id:
                continue
            student, where = row["student"], f"{path}, line {table.line_num}"
            if student in times:
                raise CourseError(f"{where}: {student} is there twice; grade each attempt into a folder of its own")
            times[student] = _instant(row["submitted"], where)
    except Failure as failure:
        raise CourseError(f"Cannot read {path}: {failure.message}") from failure
    except csv.Error as error:
        raise CourseError(f"{path}: not a CSV table: {error}") from error
    return times


def _nbgrader(item: Found) -> datetime | None:
    if item.path is None or not (path := item.path.parent / _FILE).is_file():
        return None
    try:
        text, _ = decode(read_bytes(path))
    except Failure as failure:
        raise CourseError(f"Cannot read {path}: {failure.message}") from failure
    return _instant(text, str(path))


def _instant(text: str | None, where: str) -> datetime:
    try:
        return instant(text)
    except ValueError as fault:
        raise CourseError(f"{where}: {str(text).strip()[:60]!r} is no instant; {fault}") from fault
