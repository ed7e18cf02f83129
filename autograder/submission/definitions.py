"""Finds the top-level definitions in code from its text. Nothing is compiled; text that is not Python is allowed.

The text may be hostile, so each scan is linear.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.submission.cells import CLOSING, LEX, string_end

Work = dict[str, tuple[str, ...]]  # name -> the statements of its definition

DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*[:=](?!=)", re.MULTILINE)
_WORDS = re.compile(LEX + r"|\\\n|\n|[ \t\f]+|[(\[{]|[)\]}]|,|[^\s\"'#()\[\]{},\\]+|.", re.DOTALL)
_PREFIXES = ("r", "R", "u", "U")  # of strings
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_END = ""  # the token for the end of the code


@dataclass(frozen=True)
class Part:
    """A top-level statement with its decorators, and everything up to the next one. Joined, the parts are the code.

    name: what it defines, or empty. statements: its decorators, its head, and its body. Each is its depth and its text
    in the form that a formatter produces: without comments, docstrings, spaces and line ends, with one kind of quotes.
    """

    name: str
    source: str
    statements: tuple[str, ...]

    @property
    def head(self) -> str:
        return next((line for line in self.statements if not line.startswith("0 @")), "")


def parts(source: str) -> Iterator[Part]:
    """The top-level statements. The first includes the comments and text before it."""
    name, begins, statements, decorated = "", 0, list[str](), False
    for depth, text, start, _ in _statements(source):
        if depth is None:
            continue
        if depth == 0 and not decorated:
            yield Part(name, source[begins:start], tuple(statements))
            name, begins, statements = "", start, []
        if depth == 0:
            name, decorated = _defined(source, text, start), text.startswith("@")
        statements.append(f"{depth} {text}")
    yield Part(name, source[begins:], tuple(statements))


def definitions(source: str) -> Work:
    """Name defined at the top level -> the statements of its last definition."""
    return {part.name: part.statements for part in parts(source) if part.name}


def _defined(source: str, text: str, start: int) -> str:
    """The name that a statement defines. `f = f(x)` names a result and defines nothing."""
    match = DEFINED.match(source, start)
    if match is None:
        return ""
    name = match[1] or match[2]
    return "" if match[2] and _calls(name, text) else name


def _calls(name: str, text: str) -> bool:
    call = f"{name}("
    at = text.find(call)
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "_."):
            return True
        at = text.find(call, at + 1)
    return False


def places(source: str) -> dict[str, int]:
    """Name defined at the top level -> start of its last definition; found without reading the rest."""
    found = {}
    for match in DEFINED.finditer(source):
        end = source.find("\n", match.end())
        if match[1] or not _calls(match[2], source[match.end() : end if end >= 0 else len(source)]):
            found[match[1] or match[2]] = match.start()
    return found


_HEADS = ("0 def ", "0 async ", "0 class ")
_CALL = re.compile(r"[\w\])]\(")
_IMPORT = re.compile(r"(?:import|from)[ \t]")
_LAMBDA = re.compile(r"\w+[ \t]*=[ \t]*lambda\b")
OURS = ("from autograder", "import autograder")  # not available in grading


def own_definitions(source: str, given: Work, known: set[str], taken: set[str]) -> tuple[str, list[str]]:
    """The code reduced to its own imports and definitions, with all line numbers kept; and the defined names.

    given, known: definitions and imports of the release, which are not the student's own. taken: names that other code
    defines. Everything that has to be computed is left out, because it may take long.
    """
    kept, names = [], []
    for part in parts(source):
        head = part.head
        is_import = bool(_IMPORT.match(part.source)) and not part.source.startswith(OURS) and head not in known
        own = bool(part.name) and part.name not in taken and part.statements != given.get(part.name)
        if own and not head.startswith(_HEADS):
            own = bool(_LAMBDA.match(part.source)) or not _CALL.search(head.partition("=")[2])
        if own:
            names.append(part.name)
        kept.append(part.source if own or is_import else "\n" * part.source.count("\n"))
    return "".join(kept), names


def imports(source: str) -> set[str]:
    """The heads of its import statements."""
    return {part.head for part in parts(source) if _IMPORT.match(part.source)}


# Escapes that Python knows, which are always valid.
_BACKSLASH = re.compile(r"\\(?:([^\n\\'\"abfnrtv0-7])|.)", re.DOTALL)
# Where `with_plain_prose` may have to change something: text at the top level, or an unknown escape.
_MAY_BREAK = re.compile(r"^[uU]?(?:\"\"\"|\'\'\')|\\[^\n\\'\"abfnrtv0-7]", re.MULTILINE)


@functools.lru_cache(200)  # cells that a class was given are the same in each submission
def with_plain_prose(source: str) -> str:
    r"""The code with prose that cannot break it, line for line. Colab saves Markdown as text, with `\underbrace` etc.

    Text at the top level is removed; in a docstring, a backslash that Python does not know is doubled.
    """
    if not _MAY_BREAK.search(source):  # true for most cells; tokenizing takes a hundred times as long
        return source
    kept, end = [], 0
    for depth, _, start, stop in _statements(source):
        opens = start + (source[start] in "uU")
        if depth is not None or source[opens : opens + 3] not in CLOSING:
            continue  # code, or a raw string
        at_top = start == 0 or source[start - 1] == "\n"
        prose = source[start:stop]
        kept += [source[end:start], "\n" * prose.count("\n") if at_top else _BACKSLASH.sub(_doubled, prose)]
        end = stop
    return "".join([*kept, source[end:]])


def _doubled(escape: re.Match[str]) -> str:
    return f"\\{escape[0]}" if escape[1] else escape[0]


def _statements(source: str) -> Iterator[tuple[int | None, str, int, int]]:
    """(depth, text, start, end) of each simple statement and each head of a block; depth is None for mere text."""
    indents, words = [0], list[str]()
    start = opened = 0
    for word, place, closed in _tokens(source):
        if word == _END or (word == "\n" and opened <= 0):
            if words:
                text = "".join(words).replace(",\n", ",")
                is_text = closed and all(word[0] in "\"'" or word in _PREFIXES for word in words)
                column = start - (source.rfind("\n", 0, start) + 1)
                yield None if is_text else _depth(indents, column), text, start, place
            words, opened = [], 0
            continue
        opened += (word in _OPENING) - (word in _CLOSING)
        if words[-1:] == [","] and word == "\n":
            words[-1] = ",\n"  # a formatter adds one before a closing bracket on its own line
        if words[-1:] == [",\n"] and word in _CLOSING:
            words.pop()
        if word.isspace() or word[0] == "#" or word == "\\\n":
            continue
        if not words:
            start = place
        words.append(f"{word} " if not words and word in ("def", "class", "async") else word)


def _tokens(source: str) -> Iterator[tuple[str, int, bool]]:
    """(word, start, closed) of each token, and of the end. Strings get one kind of quotes if possible.

    closed: False from an unclosed string on. It is not treated as text, so that Python reports it.
    """
    position, closed = 0, True
    while token := _WORDS.match(source, position):
        word, place, position = token.group(), token.start(), token.end()
        if word in CLOSING:
            end = string_end(source, word, position)
            closed = end >= 0
            position = end if closed else len(source)
            word = '"""' + source[place + 3 : position]
        elif word[0] == "'" and '"' not in word:
            word = f'"{word[1:-1]}"'
        yield word, place, closed
    yield _END, len(source), closed


def _depth(indents: list[int], column: int) -> int:
    """The depth of a statement that begins in this column. indents: the columns of enclosing blocks; changed."""
    while indents[-1] > column:
        indents.pop()
    if column > indents[-1]:
        indents.append(column)
    return len(indents) - 1
