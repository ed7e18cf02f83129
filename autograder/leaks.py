"""Nothing of a solution, a hidden check or a known mistake may be in what students get.

Texts are compared without white space and with one kind of quotes, so that another layout hides nothing. Protects
against slips (a line pasted into prose, a helper that is a solution), not against an answer in other words.
"""

from __future__ import annotations

import functools
import io
import itertools
import keyword
import textwrap
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import CourseError

_OPERATORS = {"+", "-", "*", "/", "//", "%", "**", "@", "<", ">", "<=", ">=", "==", "!=", "&", "|", "^", "~"}
_OPERATORS |= {"+=", "-=", "*=", "/=", "@="}
_SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}
_LEAST_CONTENT, _LEAST_TOKENS = 4, 6


class Leak(CourseError):
    """A release would give something away. places: where and what, one line each."""

    def __init__(self, assignment_id: str, places: Sequence[str]) -> None:
        super().__init__(f"{assignment_id}: the release would give something away:\n" + "\n".join(places))
        self.places = tuple(places)


@dataclass(frozen=True)
class Secret:
    """A text that must not be released, and how a message names it."""

    text: str
    origin: str


def distinctive_lines(source: str) -> list[str]:
    """The statements' lines that compute something, so that finding one elsewhere is no coincidence.

    A line counts if it has an operator or a call, at least 4 names, numbers or strings, and 6 with the operators and
    calls. Unpacking a shape, `return dx, dw`, imports and definitions do not.
    """
    lines: list[list[tokenize.TokenInfo]] = [[]]
    try:
        for token in tokenize.generate_tokens(io.StringIO(textwrap.dedent(source) + "\n").readline):
            if token.type == tokenize.NEWLINE:
                lines.append([])
            elif token.type not in _SKIPPED:
                lines[-1].append(token)
    except (tokenize.TokenError, SyntaxError):
        pass  # the lines before the fault are there
    return [" ".join(token.string for token in line) for line in lines if _distinctive(line)]


def _distinctive(line: list[tokenize.TokenInfo]) -> bool:
    if not line or line[0].string in ("def", "class", "import", "from", "@", "raise"):
        return False
    words = [t for t in line if t.type in (tokenize.NUMBER, tokenize.STRING) or _is_name(t)]
    operators = [t for t in line if t.type == tokenize.OP and t.string in _OPERATORS]
    calls = [a for a, b in itertools.pairwise(line) if b.string == "(" and (_is_name(a) or a.string in ")]")]
    work = len(operators) + len(calls)
    return work > 0 and len(words) >= _LEAST_CONTENT and len(words) + work >= _LEAST_TOKENS


def _is_name(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NAME and not keyword.iskeyword(token.string)


@functools.lru_cache(maxsize=512)
def squeeze(text: str) -> tuple[str, list[int]]:
    """The text without white space and with one kind of quotes, and where each of its characters stood."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return "".join(text[place] for place in places).replace("'", '"'), places


def leaks(released: Mapping[str, str], secrets: Iterable[Secret]) -> list[str]:
    """One line for each secret in each released text: where it is and what it is.

    released: text by the name of its place, such as "conv.ipynb, cell 4". The line within it is added.
    """
    wanted = [(squeeze(secret.text)[0], secret) for secret in secrets]
    found = []
    for place, text in released.items():
        squeezed, places = squeeze(text)
        for needle, secret in wanted:
            at = _find(squeezed, needle, text, places)
            if at >= 0:
                line = text.count("\n", 0, places[at]) + 1
                shown = text.split("\n")[line - 1].strip()[:120]
                found.append(f"{place}, line {line}: {shown}  <- {secret.origin}")
    return found


def _find(squeezed: str, needle: str, text: str, places: list[int]) -> int:
    """Where the needle stands by itself, not as a part of longer names; -1 if nowhere."""
    at = squeezed.find(needle) if needle else -1
    while at >= 0:
        before, after = places[at] - 1, places[at + len(needle) - 1] + 1
        inside = (before >= 0 and needle[0].isidentifier() and _in_name(text[before])) or (
            after < len(text) and _in_name(needle[-1]) and _in_name(text[after])
        )
        if not inside:
            return at
        at = squeezed.find(needle, at + 1)
    return -1


def _in_name(character: str) -> bool:
    return character.isalnum() or character == "_"
