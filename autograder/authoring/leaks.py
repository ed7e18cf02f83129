"""Finds parts of solutions, hidden checks or known mistakes in the files for students.

Texts are compared without white space and with one kind of quotes, so a different layout hides nothing. Images are
found, too, and code with renamed variables. This protects against accidents (a line pasted into prose, a helper that
is a solution), but not against an answer in other words.
"""

from __future__ import annotations

import ast
import contextlib
import copy
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
_LEAST_STEPS = 3
_LIBRARIES = {"np", "numpy", "math", "torch", "nn", "F", "scipy"}
_LEAST_CONTENT_OF_VALUE, _LEAST_OPERATORS_OF_VALUE = 3, 2
_Line = list[tokenize.TokenInfo]


class Leak(CourseError):
    """A release would disclose something. places: where and what, one line each."""

    def __init__(self, assignment_id: str, places: Sequence[str]) -> None:
        super().__init__(f"{assignment_id}: the release would give something away:\n" + "\n".join(places))
        self.places = tuple(places)


@dataclass(frozen=True)
class Secret:
    """A text that must not be released, and how a message names it."""

    text: str
    origin: str


def distinctive_lines(source: str) -> list[str]:
    """The statements' lines that compute something, so that finding one elsewhere is not a coincidence.

    A line counts if it has an operator or a call, at least 4 names, numbers or strings, and 6 with the operators and
    calls. Unpacking a shape, `return dx, dw`, imports and definitions do not.
    """
    return [_text(line) for line in _lines(source) if _distinctive(line)]


def distinctive_expressions(source: str) -> list[str]:
    """What these lines compute with an operator, without the rest of the line, as somebody might quote it.

    A value that a line returns or assigns counts if it has 3 names, numbers or strings and 2 operators, as in
    `w - rate * dw`. A part of it, which is more often an idiom, needs as many as a line. A call alone does not count,
    since it is merely how a function is used.
    """
    found: dict[str, None] = {}
    for line in _lines(source):
        text, tree = _parsed(_text(line))
        values = [value for statement in tree.body for value in _values(statement)]
        for node in ast.walk(tree):
            if node not in values and not isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.IfExp):
                continue
            if any(isinstance(each, ast.BinOp) for each in ast.walk(node)):
                part = ast.get_source_segment(text, node) or ""
                if _weighs(next(iter(_lines(part)), []), whole=node in values):
                    found[part] = None
    return list(found)


def computed(source: str) -> dict[str, ast.expr]:
    """The sufficiently large expressions in some code, by their form with anonymous variables.

    Names of called functions and of attributes stay: `np.exp(x - m)` is not `np.log(x - m)`, but is `np.exp(a - b)`.
    """
    found: dict[str, ast.expr] = {}
    for line in _lines(source):
        for node in ast.walk(_parsed(_text(line))[1]):
            if isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.IfExp) and _computes_enough(node):
                found.setdefault(ast.dump(_Nameless().visit(copy.deepcopy(node))), node)
    return found


def _computes_enough(node: ast.expr) -> bool:
    inside = list(ast.walk(node))
    steps = sum(isinstance(each, ast.BinOp | ast.UnaryOp | ast.Call | ast.Compare | ast.Subscript) for each in inside)
    content = sum(isinstance(each, ast.Name | ast.Constant | ast.Attribute) for each in inside)
    has_operator = any(isinstance(each, ast.BinOp) for each in inside)
    return has_operator and steps >= _LEAST_STEPS and content >= _LEAST_CONTENT


class _Nameless(ast.NodeTransformer):
    """Numbers the variables of an expression in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def visit_Call(self, node: ast.Call) -> ast.Call:
        if not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = [self.visit(each) for each in node.args]
        node.keywords = [self.visit(each) for each in node.keywords]
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        if not isinstance(node.value, ast.Name) or node.value.id not in _LIBRARIES:
            node.value = self.visit(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._numbers.setdefault(node.id, str(len(self._numbers))), ast.Load())


def _values(statement: ast.stmt) -> list[ast.expr]:
    """The values that it returns or assigns, including each item of a tuple."""
    value = getattr(statement, "value", None)
    return [value, *value.elts] if isinstance(value, ast.Tuple) else [value] if value else []


def _lines(source: str) -> list[_Line]:
    """The logical lines without comments, up to the first error."""
    lines: list[_Line] = [[]]
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(io.StringIO(textwrap.dedent(source) + "\n").readline):
            if token.type == tokenize.NEWLINE:
                lines.append([])
            elif token.type not in _SKIPPED:
                lines[-1].append(token)
    return [line for line in lines if line]


def _text(line: _Line) -> str:
    return " ".join(token.string for token in line)


def _parsed(line: str) -> tuple[str, ast.Module]:
    """One line of a function body, dedented and parsed; empty if that is impossible."""
    if line.endswith(":"):
        line = f"{line.removeprefix('el')} pass"
    try:
        return line, ast.parse(line)
    except SyntaxError:
        return "", ast.Module([], [])


def _distinctive(line: _Line) -> bool:
    if line[0].string in ("def", "class", "import", "from", "@", "raise"):
        return False
    return _weighs(line)


def _weighs(line: _Line, whole: bool = False) -> bool:
    """Whether the line is large enough that finding it elsewhere is no coincidence. whole: it is a line's value."""
    words = [t for t in line if t.type in (tokenize.NUMBER, tokenize.STRING) or _is_name(t)]
    operators = [t for t in line if t.type == tokenize.OP and t.string in _OPERATORS]
    calls = [a for a, b in itertools.pairwise(line) if b.string == "(" and (_is_name(a) or a.string in ")]")]
    work = len(operators) + len(calls)
    if whole and len(words) >= _LEAST_CONTENT_OF_VALUE and len(operators) >= _LEAST_OPERATORS_OF_VALUE:
        return True
    return work > 0 and len(words) >= _LEAST_CONTENT and len(words) + work >= _LEAST_TOKENS


def _is_name(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NAME and not keyword.iskeyword(token.string)


@functools.lru_cache(maxsize=512)
def squeeze(text: str) -> tuple[str, list[int]]:
    """The text without white space and with one kind of quotes, and the original position of each character."""
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
    """The position of the needle, not as part of longer names; -1 if it does not occur."""
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
