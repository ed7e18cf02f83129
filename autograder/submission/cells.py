"""Reads code cells from a notebook's JSON or a percent script's text, without running or compiling them.

The text comes from a student, so it may be damaged or hostile. Protects against: malformed and deeply nested JSON,
wrong types anywhere, huge files, odd encodings, and text made to be slow (each scan below is linear; every pattern is
anchored or cannot backtrack). Does not judge the code: text that is not Python stays as it is, and fails in the
sandbox with its own line number. Outputs are not work, so they are skipped, whatever their length.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.errors import Failure

FILE_LIMIT_BYTES = 64 * 2**20
CODE_LIMIT_CHARS = 2**18  # of code; searching and parsing it may take a thousand times as much memory
# Each comma or bracket of JSON may become a Python object of about 100 bytes in the trusted process.
JSON_LIMIT_ITEMS = 2_000_000
JSON_LIMIT_TOKENS = 2_500_000  # strings and brackets, including outputs: skipping one takes a microsecond
MARK_LIMIT_CHARS = 2_000  # of a `# %%` line; bounds the search for tags in it
_CUT_SHORT = (
    "Is the file cut short? Save it from Jupyter again; if it does not open there, .ipynb_checkpoints/ beside it "
    "has an earlier state."
)
HAND_IN_AGAIN = "Open it in Jupyter, save it (or use File > Download) and hand in that file."


@dataclass(frozen=True)
class RawCell:
    """One code cell of the file. label: its name in messages. first_line: its first line in a script.

    turned: it is not a code cell in the notebook, but Markdown or raw text with the tag or id of one.
    """

    label: str
    source: str
    first_line: int = 1
    grade_id: str | None = None
    tags: tuple[str, ...] = ()
    turned: bool = False

    def with_source(self, source: str) -> RawCell:
        return self if source == self.source else replace(self, source=source)


def read_bytes(path: Path) -> bytes:
    """The file's bytes. It must be a regular file of bounded size inside its folder.

    Raises: Failure.
    """
    if "\0" in str(path):
        raise Failure("the file's name contains a NUL byte")
    name = path.name
    try:
        if path.is_symlink():
            target = Path(os.path.realpath(path))
            if not target.is_relative_to(os.path.realpath(path.parent)):
                raise Failure(f"{name}: this is a link to a file outside its folder. Hand in the file itself.")
            path = target
        # Neither flag exists everywhere. A fifo would block without the second.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Failure(f"{name}: this is not a regular file. Hand in a notebook or a Python file.")
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(FILE_LIMIT_BYTES + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Failure(f"{name}: the file cannot be read ({error.strerror or error})") from None
    if len(data) > FILE_LIMIT_BYTES:
        raise Failure(
            f"{name}: larger than {FILE_LIMIT_BYTES >> 20} MiB. Clear all outputs, save it and hand it in again."
        )
    return data


def decode(data: bytes) -> tuple[str, list[str]]:
    """The file's text, without characters that `compile` or the wire format refuse, and notes about repairs."""
    notes = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        notes.append("the file is UTF-16; save it as UTF-8")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
            notes.append("the file is not UTF-8 and was read as Latin-1; save it as UTF-8")
    return _clean(text), notes


def _clean(text: str) -> str:
    """Line ends as "\\n"; no NUL bytes, which `compile` refuses; no lone surrogates, which UTF-8 cannot encode."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def notebook_cells(text: str, file: str) -> tuple[list[RawCell], str | None, list[str]]:
    """The code cells of a notebook (nbformat 3 or 4), the assignment named in it, and notes.

    Prose cells with tags or an id are included, because a single key (M, R) turns a code cell into prose.
    Raises: Failure if `text` is not a notebook with a list of cells.
    """
    notebook = notebook_json(text, file)
    damaged = []
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # nbformat 3
        sheets = [_dict(sheet).get("cells") for sheet in notebook["worksheets"]]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise Failure(f"{file}: this is JSON but not a notebook: it has no list of cells. {HAND_IN_AGAIN}")
    found = []
    for number, cell in enumerate(cells, 1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if not isinstance(kind, str):
            damaged.append(number)
            continue
        metadata = _dict(cell.get("metadata"))
        grade_id = _dict(metadata.get("nbgrader")).get("grade_id")
        tags = metadata.get("tags")
        if kind != "code" and not (kind in ("markdown", "raw") and (grade_id or tags)):
            continue
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str):
            damaged.append(number)
            continue
        found.append(
            RawCell(
                label=f"cell {number}",
                source=_clean(source).strip("\n"),
                grade_id=grade_id if isinstance(grade_id, str) else None,
                tags=tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
                turned=kind != "code",
            )
        )
    assignment = _dict(_dict(notebook.get("metadata")).get("autograder")).get("assignment")
    notes = [f"cells that are damaged and were ignored: {', '.join(map(str, damaged[:10]))}"] if damaged else []
    return found, assignment if isinstance(assignment, str) else None, notes


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def notebook_json(text: str, file: str) -> dict[str, Any]:
    """The JSON object in a notebook's text, of bounded size. Raises: Failure."""
    start = text[:200].lstrip()
    if start.startswith("<<<<<<<") or "\n<<<<<<< " in text:
        raise Failure(
            f"{file}: the file contains Git's conflict marks (<<<<<<<). Resolve the conflict and save it again."
        )
    if start.startswith("<"):
        raise Failure(f"{file}: this is a web page, not a notebook. Use the page's Download or Raw button.")
    if (notebook := _read_at_once(text)) is not None:
        return notebook
    pieces = _without_outputs(text, file)
    try:
        notebook = json.loads("".join(text[begin:end] for begin, end in pieces))
    except json.JSONDecodeError as error:
        position = error.pos
        for begin, end in pieces:  # find the position in the whole text
            if position <= end - begin:
                position += begin
                break
            position -= end - begin
        line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
        where = f"line {line}, column {column}"
        raise Failure(f"{file}: this is not a notebook: its JSON breaks at {where}. {_CUT_SHORT}") from None
    except (RecursionError, ValueError):  # nested too deeply; a number with thousands of digits
        raise Failure(f"{file}: the notebook's JSON is damaged and cannot be read. {HAND_IN_AGAIN}") from None
    if not isinstance(notebook, dict):
        raise Failure(f"{file}: this is JSON but not a notebook: it has no cells. {HAND_IN_AGAIN}")
    return notebook


def _read_at_once(text: str) -> dict[str, Any] | None:
    """The JSON object; None if the text may contain too much, or if anything is wrong, which may be within outputs.

    This suffices for most notebooks. Searching for outputs takes ten times as long as reading them.
    """
    if sum(map(text.count, ',"[]{}')) > min(JSON_LIMIT_ITEMS, JSON_LIMIT_TOKENS):
        return None
    with contextlib.suppress(ValueError, RecursionError):
        notebook = json.loads(text)
        return notebook if isinstance(notebook, dict) else None
    return None


_JSON = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)  # an unclosed string extends to the end of the text
_LIST = re.compile(r"\s*+:\s*+\[")


def _without_outputs(text: str, file: str) -> list[tuple[int, int]]:
    """The parts (start, end) of a notebook's text that remain when all lists called "outputs" are emptied.

    Raises: Failure if the parts are larger than allowed.
    """
    pieces = []
    items = tokens = kept = depth = end = 0
    opening = -1  # start of the next list of outputs
    for token in _JSON.finditer(text):
        start, sign = token.start(), text[token.start()]
        tokens += 1
        if depth:
            depth += (sign in "[{") - (sign in "]}")
            if not depth:
                kept = start
        elif start == opening:
            pieces.append((kept, start + 1))
            depth = 1
        else:
            items += (sign in "[{") + text.count(",", end, start)
            if sign == '"' and token.end() == start + 9 and text.startswith('"outputs"', start):
                begins = _LIST.match(text, token.end())
                opening = begins.end() - 1 if begins else -1
        end = token.end()
        if items > JSON_LIMIT_ITEMS or tokens > JSON_LIMIT_TOKENS:
            break
    if not depth:
        items += text.count(",", end)
    if items > JSON_LIMIT_ITEMS or tokens > JSON_LIMIT_TOKENS:
        raise Failure(f"{file}: the notebook is too large to read. Clear all outputs, save it and hand it in again.")
    return [*pieces, (kept, len(text))] if not depth else [*pieces[:-1], (pieces[-1][0], len(text))]


# ---- percent scripts ------------------------------------------------------------------------------------------------

MARKER = re.compile(r"^#[ \t]*%%(?:[ \t]+(.*))?$", re.MULTILINE)
_TAGS = re.compile(r"tags[ \t]*=[ \t]*\[([^\[\]\n]*)\]")  # no bracket inside, so each text is read once
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# Comments and strings; the closing quote is optional, so no branch can fail late and backtrack.
LEX = r"""#[^\n]*+|\"\"\"|'''|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?"""
_STRINGS = re.compile(LEX, re.DOTALL)
CLOSING = {quotes: re.compile(r"\\.|" + quotes, re.DOTALL) for quotes in ('"""', "'''")}


def string_end(text: str, quotes: str, start: int) -> int:
    """The end of the triple-quoted string whose text starts at `start`, or -1."""
    for match in CLOSING[quotes].finditer(text, start):
        if match.group() == quotes:
            return match.end()
    return -1


def script_cells(text: str, file: str) -> list[RawCell]:
    """The code cells of a script. A script without `# %%` marks is a single cell.

    A mark with tags always starts a cell, so that an unclosed string costs one cell and not the rest of the file. A
    bare `# %%` does so unless it stands inside a triple-quoted string.
    """
    boundaries: list[tuple[int, int, str]] = []  # start of the mark, end of its line, its text
    scanned, closed = 0, True
    for mark in MARKER.finditer(text):
        title = (mark[1] or "")[:MARK_LIMIT_CHARS]
        if not _TAGS.search(title):
            while closed and scanned < mark.start():
                token = _STRINGS.search(text, scanned)
                if token is None or token.start() >= mark.start():
                    break
                scanned = token.end()
                if token.group() in CLOSING:
                    end = string_end(text, token.group(), scanned)
                    closed = end >= 0
                    scanned = end if closed else scanned
            if closed and scanned > mark.start():
                continue
        boundaries.append((mark.start(), mark.end(), title))
        scanned = mark.end()
    if not boundaries:
        return [RawCell(file, text)]
    cells, line, counted = [], 1, 0
    for number, (start, title) in enumerate([(0, ""), *((end, says) for _, end, says in boundaries)]):
        stop = boundaries[number][0] if number < len(boundaries) else len(text)
        source = text[start:stop]
        body = source.lstrip("\n")
        first = start + len(source) - len(body)
        line, counted = line + text.count("\n", counted, first), first
        blank = all(not row.strip() or row.lstrip().startswith("#") for row in body.split("\n"))
        if blank or any(kind in title for kind in ("[markdown]", "[md]", "[raw]")):
            continue
        tags = _TAGS.search(title)
        names = tuple(a or b for a, b in _QUOTED.findall(tags[1])) if tags else ()
        cells.append(RawCell(f"line {line}", body.rstrip("\n"), line, tags=names))
    return cells
