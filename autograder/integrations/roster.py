"""Writes scores into the rows of a learning platform's own table, for import there.

Nothing is guessed: a submission that matches no row with certainty is listed and gets no score. `Platform` describes a
platform's table, based on its documentation and source. Canvas is a separate module, because its table has rows that
belong to no student.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import CourseError
from autograder.intake.downloads import number_of
from autograder.tables import parse
from autograder.text import number, printable, same_name, score_line


class Scored(Protocol):
    """A report, or the score that counts: see `gradebook.Final`."""

    @property
    def assignment(self) -> str: ...
    @property
    def submission(self) -> str: ...
    @property
    def score(self) -> float | None: ...
    @property
    def max_score(self) -> float: ...
    @property
    def pending(self) -> float: ...


@dataclass(frozen=True)
class Upload:
    """text: the table to import. problems: submissions without a score in it, or with one that is not final. missing:
    rows without a score.

    All are sentences or names for people to read.
    """

    text: str
    problems: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Platform:
    """The form of this platform's table.

    keys: heads of columns that may contain a submission's id, at least one of which is in the file. others: heads to
    include in the result; None for all. column: matches the head of an assignment's column: its `title`, and if the
    platform provides them its number, `id`, and the `most` points. exported: how to get the table. locked: (head, cell)
    of rows that accept no grade. quoting: of the csv module.
    """

    name: str
    keys: tuple[str, ...]
    others: Collection[str] | None
    column: re.Pattern[str]
    exported: str
    locked: tuple[str, str] = ("", "")
    quoting: int = csv.QUOTE_MINIMAL


# mod/assign/feedback/offline/importgradeslib.php in moodle/moodle (452e36f): it requires the columns Identifier, Grade
# and Last modified (grade), named in the language of the person who imports, with commas and in UTF-8.
MOODLE = Platform(
    "Moodle",
    ("Identifier", "ID number", "Email address", "Username", "Full name"),
    None,
    re.compile(r"(?P<title>Grade)"),
    "the assignment > Submissions > Actions > Download grading worksheet",
    locked=("Grade can be changed", "No"),
)
# https://community.d2l.com/brightspace/kb/articles/3538-importing-grades: OrgDefinedId, Username or both, and columns
# called "<item> Points Grade"; an export adds <Numeric MaxPoints:100 ...> to that. Names must not be in the import.
BRIGHTSPACE = Platform(
    "Brightspace",
    ("OrgDefinedId", "Username"),
    ("End-of-Line Indicator",),
    re.compile(r"(?P<title>.*) Points Grade(?: <(?:[^>]*MaxPoints:(?P<most>[\d.,]+))?[^>]*>)?", re.DOTALL),
    "Grades > Enter Grades > Export, with both key fields and points grades",
)
# "Uploading External Grade Center Items" of library.blackboard.com: students by Username, columns by the number that
# the download puts after a bar, as in "Quiz 3 [Total Pts: 10 Score] |664617"; each cell of a CSV file in quotes.
BLACKBOARD = Platform(
    "Blackboard",
    ("Username", "Student ID"),
    ("Last Name", "First Name"),
    re.compile(
        r"(?P<title>.*?)(?: \[Total Pts: (?:up to )?(?P<most>[\d.,]+)?[^\]]*\])?[^|\]]*\|(?P<id>\d+)", re.DOTALL
    ),
    "Grade Center > Work Offline > Download, with commas",
    quoting=csv.QUOTE_ALL,
)
PLATFORMS = {"moodle": MOODLE, "brightspace": BRIGHTSPACE, "blackboard": BLACKBOARD}


def render(reports: Sequence[Scored], roster: str, assignment: str, platform: Platform) -> Upload:
    """The roster with the scores of these reports in the column of `assignment`, which is its title or number there.

    A cell whose submission is missing or has no score stays as it is.
    Raises: CourseError if this is not the platform's table, or if no column, or more than one, is the assignment's.
    """
    table = parse(roster, "the roster")
    heads, rows = table.heads, [row.cells for row in table.rows]
    keys = [heads.index(key) for key in platform.keys if key in heads]
    if not keys:
        raise CourseError(f"the roster has no column {' or '.join(platform.keys)}; it is had by: {platform.exported}")
    column = column_of(heads, platform.column, assignment)
    head, closed = platform.locked
    lock = heads.index(head) if head in heads else None
    comma = any("Maximum" in name and "," in row[place] for row in rows for place, name in enumerate(heads))

    def stays(row: list[str]) -> str:
        return f"{platform.name} takes no grade in this row" if lock is not None and row[lock] == closed else ""

    name = next((heads.index(each) for each in ("Full name", "Username", "OrgDefinedId") if each in heads), keys[0])
    problems, missing = enter(
        reports,
        rows,
        column,
        rows_of=lambda submission: _rows_of(submission, rows, heads, keys),
        name_of=lambda row: row[name],
        keys=[heads[place] for place in keys],
        stays=stays,
        written=lambda score: number(score).replace(".", ",") if comma else number(score),
    )
    problems += _differing_points(heads, rows, column, platform, reports)
    kept = [
        place
        for place, head in enumerate(heads)
        if place == column or platform.others is None or head in platform.keys or head in platform.others
    ]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n", quoting=platform.quoting)  # type: ignore[arg-type]  # one of csv's
    writer.writerows([row[place] for place in kept] for row in [heads, *rows])
    return Upload(file.getvalue(), tuple(problems), tuple(missing))


def enter(
    reports: Sequence[Scored],
    rows: list[list[str]],
    column: int,
    *,
    rows_of: Callable[[str], list[int]],
    name_of: Callable[[list[str]], str],
    keys: Sequence[str],
    stays: Callable[[list[str]], str],
    written: Callable[[float], str] = number,
) -> tuple[list[str], list[str]]:
    """Write the scores into this column of the rows. Returns problems (not entered, or not final) and rows without one.

    rows_of: the rows of a submission. stays: why the cell of a row must not change; "" if it may.
    """
    by_row: dict[int, list[Scored]] = {}
    problems = []
    for report in reports:
        found = rows_of(report.submission)
        if len(found) == 1:
            by_row.setdefault(found[0], []).append(report)
        else:
            why = "no row has" if not found else f"{len(found)} rows have"
            named = " or ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))
            problems.append(f"{printable(report.submission)}: {why} this {named}")
    missing = [printable(name_of(row)) for place, row in enumerate(rows) if place not in by_row and not stays(row)]
    for place, theirs in by_row.items():
        row = rows[place]
        name = printable(theirs[0].submission)
        if len(theirs) > 1:
            names = ", ".join(printable(report.submission) for report in theirs)
            problems.append(f"{names}: all are of {printable(name_of(row))}, so none was entered")
            continue
        (report,) = theirs
        if report.score is None:
            problems.append(f"{name}: it could not be graded because the grader failed, so the cell stays as it is")
        elif why := stays(row):
            problems.append(f"{name}: {why}, which stays; the score would be {number(report.score)}")
        else:
            row[column] = written(report.score)
            if report.pending:
                total = score_line(report.score, report.max_score, report.pending)
                problems.append(f"{name}: {total}; what is pending is not in the score yet")
    return problems, missing


def column_of(heads: list[str], pattern: re.Pattern[str], assignment: str) -> int:
    """The index of the assignment's column, by its head, its number or its title; a single column is always the one."""
    parts = {place: match for place, head in enumerate(heads) if (match := pattern.fullmatch(head))}
    wanted = plain(assignment)
    for key in (0, *(name for name in ("id", "title") if name in pattern.groupindex)):
        found = [place for place, match in parts.items() if plain(match[key]) == wanted]
        if len(found) == 1:
            return found[0]
    if pattern is MOODLE.column and len(parts) == 1:
        return next(iter(parts))
    known = ", ".join(repr(heads[place]) for place in parts) or "none; does the assignment exist there yet?"
    raise CourseError(f"which column of the roster is {assignment!r}? Say it with --column; there are: {known}")


def _differing_points(
    heads: list[str], rows: list[list[str]], column: int, platform: Platform, reports: Sequence[Scored]
) -> list[str]:
    """Notes on assignments whose maximum on the platform differs from the reports'."""
    match = platform.column.fullmatch(heads[column])
    said = {match["most"]} if match and "most" in platform.column.groupindex else set()
    if "Maximum Grade" in heads:
        said = {row[heads.index("Maximum Grade")] for row in rows}
    most = most_points(reports)
    for text in sorted(filter(None, said)):
        if not is_number(text, most):
            return [f"{heads[column]}: {platform.name} has {text} points at most, the reports have {number(most)}"]
    return []


def most_points(reports: Sequence[Scored]) -> float:
    return max((report.max_score for report in reports), default=0.0)


def is_number(text: str, value: float) -> bool:
    """Whether a cell contains this number, with a decimal point or comma."""
    try:
        return abs(float(text.replace(",", ".")) - value) < 1e-6
    except ValueError:
        return False


def _rows_of(submission: str, rows: list[list[str]], heads: list[str], keys: list[int]) -> list[int]:
    """The rows that have this id under any of the keys, or this name.

    For students with the same name, Moodle adds the participant's number: see `intake.downloads`.
    """
    wanted = plain(submission)
    names = [_names(row, heads, keys) for row in rows]
    found = [place for place, known in enumerate(names) if wanted and wanted in known]
    if found or "Identifier" not in heads or (inside := number_of(wanted)) is None:
        return found
    name = wanted.removesuffix(f"_{inside}")
    return [place for place, known in enumerate(names) if name in known and inside in known]


def _names(row: list[str], heads: list[str], keys: list[int]) -> set[str]:
    """The possible names of a row's student. A leading `#` and Moodle's word "Participant" are not part of a number."""
    known = {part for at in keys for part in (plain(row[at]), re.sub(r"^(?:#|Participant +)", "", plain(row[at])))}
    if {"First Name", "Last Name"} <= set(heads):
        known.add(plain(f"{row[heads.index('First Name')].strip()} {row[heads.index('Last Name')].strip()}"))
    return known


def plain(text: str) -> str:
    return same_name(text.strip())
