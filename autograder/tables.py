"""Reads CSV tables from people and programs, in any form of their spreadsheets, and makes cells safe to write."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError
from autograder.text import did_you_mean, printable

_SEPARATORS = (",", ";", "\t")
_SEP_LINE = re.compile(r"sep=(.)\r?\n")  # tells Excel the separator
_LIMIT_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Row:
    """line: the row's last line in the file, from 1. cells: one for each head."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """heads: the column headings, stripped. separator: comma, semicolon or tab."""

    heads: list[str]
    rows: list[Row]
    separator: str

    def column(self, head: str, where: str) -> int:
        """The index of this column. Raises: CourseError if there is none."""
        if head not in self.heads:
            raise CourseError(f"{where}: there is no column {head!r}{did_you_mean(head, self.heads)}")
        return self.heads.index(head)


def read_text(path: Path) -> tuple[str, list[str]]:
    """The text of a table (UTF-8, UTF-16 with a byte-order mark, or Windows-1252), and notes for its author.

    Raises: CourseError that names the file and what to do.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_LIMIT_BYTES + 1)
    except OSError as error:
        raise CourseError(f"Cannot read {path}: {error.strerror or error}") from error
    if len(data) > _LIMIT_BYTES:
        raise CourseError(f"{path} is larger than {_LIMIT_BYTES >> 20} MiB: is it a table?")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        told = f"{path} is not UTF-8 and was read as Windows-1252: look whether names have their accents"
        return text, [told] if encoding == "cp1252" else []
    raise CourseError(f"{path} is not a text in UTF-8: save the table as 'CSV UTF-8' and try again")


def parse(text: str, where: str) -> Table:
    """The table in this text. The first row contains the heads; empty rows are left out.

    where: how messages name it. Raises: CourseError if it is not CSV.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")  # Excel's byte-order mark
    told, skipped = _SEP_LINE.match(text), 0
    if told:
        text, skipped = text[told.end() :], 1
    separator = told[1] if told else max(_SEPARATORS, key=lambda each: _heads(text, each))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        heads = [head.strip() for head in next(reader, [])]
        rows = [Row(reader.line_num + skipped, cells) for cells in reader if any(cells)]
    except csv.Error as error:
        raise CourseError(f"{where}: not a CSV table: {error}") from error
    missing = len(heads)
    return Table(heads, [Row(row.line, row.cells + [""] * (missing - len(row.cells))) for row in rows], separator)


def _heads(text: str, separator: str) -> int:
    """The number of cells into which this separator splits the first row."""
    try:
        return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), []))
    except csv.Error:
        return 0


_FORMULA = re.compile(r"(?:\A|(?<=;))(?=[=+\-@\t\n＝＋－＠])")


def inert(cell: str) -> str:
    """The text in a form that no spreadsheet takes for a formula."""
    # Printable first: a NUL or a lone carriage return makes a file that no csv module reads back.
    return _FORMULA.sub("'", printable(cell))
