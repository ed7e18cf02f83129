"""Replaces magics and shell escapes, which are not Python, by calls that do nothing, without changing line numbers.

This does not use IPython's own transformer, because the text may be hostile: IPython reads the whole cell again for
every magic, and its patterns can be made to take hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.submission.cells import CLOSING, LEX, RawCell, string_end

NOTES_LIMIT = 50
# Cell magics whose body is not run as Python in the notebook's own namespace.
NOT_PYTHON = {
    "!", "bash", "bigquery", "cmd", "cpp", "cython", "file", "html", "HTML", "javascript", "js", "latex", "markdown",
    "perl", "pypy", "python", "python2", "python3", "R", "ruby", "script", "sh", "shell", "sql", "svg", "SVG", "sx",
    "system", "timeit", "writefile",
}  # fmt: skip
_CODE = re.compile(LEX + r"|[()\[\]{}\n]|\\.", re.DOTALL)
_ASSIGNED = re.compile(r"[\w.,*\[\]'\" \t]+")


def neutralize(cells: list[RawCell]) -> tuple[list[RawCell], list[str]]:
    """Cells with magics and shell escapes turned into calls of an inert `get_ipython()`, line for line.

    The body of `%%time` and the like is kept, but not that of a cell in another language. Notes name each magic once.
    """
    kept: list[RawCell] = []
    notes: dict[str, str] = {}
    for cell in cells:
        source, language = _cell_magics(_dedent(cell.source), notes, cell.label)
        if language:
            _note(notes, f"%%{language}", f"{cell.label}: a %%{language} cell is not Python and was skipped")
            source = ""
        if any(c in source for c in "%!?"):
            source = "".join(_neutral_lines(source, notes, cell.label))
        kept.append(cell.with_source(source))
    return kept, list(notes.values())


def _note(notes: dict[str, str], key: str, text: str) -> None:
    if len(notes) < NOTES_LIMIT:
        notes.setdefault(key, text)


def _dedent(source: str) -> str:
    """As IPython does: a cell whose first line is indented loses that much from every line that has it."""
    body = source.lstrip("\n")
    indent = body[: len(body) - len(body.lstrip(" \t"))]
    if not indent:
        return source
    return "\n".join(row.removeprefix(indent) for row in source.split("\n"))


def _cell_magics(source: str, notes: dict[str, str], label: str) -> tuple[str, str | None]:
    """The source with leading `%%magic` lines blanked, and the magic's name if its body is not Python."""
    rows = source.split("\n")
    for number, row in enumerate(rows):
        if not row.strip():
            continue
        words = row[2:].split(maxsplit=1) if row.startswith("%%") else []
        if not words:
            break
        name = words[0][:30]
        if name in NOT_PYTHON:
            return source, name
        _note(notes, f"%%{name}", f"{label}: %%{name} was ignored, its cell was run")
        rows[number] = ""
    return "\n".join(rows), None


def _neutral_lines(source: str, notes: dict[str, str], label: str) -> Iterator[str]:
    position = 0
    while position < len(source):
        end = _line_end(source, position)
        line = source[position:end]
        code = _neutral(line.rstrip("\n"))
        if code is None:
            end = _statement_end(source, position)
            yield source[position:end]
        else:
            while source[end - 2 : end] == "\\\n" and end < len(source):  # a backslash continues the line
                end = _line_end(source, end)
            whole = source[position:end]
            code = _neutral(whole.replace("\\\n", " ").rstrip("\n")) or code
            what = line.partition("=")[2] if line.lstrip()[0] not in "%!?" else ""
            name = (what.split() or line.split())[0][:30]
            _note(notes, name, f"{label}: `{name}` was ignored: notebook commands are not run when grading")
            yield code + "\n" * whole.count("\n")
        position = end


def _line_end(source: str, position: int) -> int:
    return (source.find("\n", position) + 1) or len(source)


def _statement_end(source: str, position: int) -> int:
    """The end of the statement's last line: past newlines inside strings and brackets and after a backslash."""
    depth = 0
    while (token := _CODE.search(source, position)) is not None:
        position, text = token.end(), token.group()
        if text in CLOSING:
            position = string_end(source, text, position)
            if position < 0:
                break
        elif text in "([{":
            depth += 1
        elif text in ")]}":
            depth = max(0, depth - 1)
        elif text == "\n" and depth == 0:
            return position
    return len(source)


def _neutral(line: str) -> str | None:
    """What replaces a line that starts a statement, if it is not Python but a magic, an escape or a question."""
    code = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if code[:1] in ("%", "!", "?"):
        if code.startswith("%time "):  # runs its statement in the notebook's own namespace
            return indent + code[len("%time ") :].strip()
        return indent + _call(code)
    head, _, tail = code.partition("=")
    if tail.lstrip()[:1] in ("%", "!") and _ASSIGNED.fullmatch(head):
        return f"{indent}{head.rstrip()} = {_call(tail.strip(), assigned=True)}"
    if code.endswith("?") and not any(c in code for c in "#'\""):
        return indent + _call("?" + code.split()[-1].rstrip("?"))
    return None


def _call(code: str, assigned: bool = False) -> str:
    """`code`, which starts with %, ! or ?, as IPython itself would call it."""
    if code[0] == "%":
        name, _, arguments = code[1:].partition(" ")
        return f"get_ipython().run_line_magic({name!r}, {arguments.strip()!r})"
    if code[0] == "?":
        return f"get_ipython().run_line_magic('pinfo', {code.lstrip('?').strip()!r})"
    method = "getoutput" if assigned or code.startswith("!!") else "system"
    return f"get_ipython().{method}({code.lstrip('!').strip()!r})"
