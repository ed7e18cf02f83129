"""Wording that messages share, and the one filter through which a student's text reaches a terminal or a page."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

# Marks that reverse the direction of writing, so that a line reads as something it is not.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})

# How a check's status is drawn; always beside a colour or a word.
SIGNS = {"passed": "✓", "failed": "✗", "timeout": "✗", "crashed": "✗", "error": "!", "pending": "…"}


def printable(text: str) -> str:
    """`text` with line breaks and tabs kept and every other control character replaced by a visible mark.

    What goes: terminal escapes, carriage returns that overwrite a line, lone surrogates, reversed writing.
    """
    text = text.replace("\r\n", "\n")
    return "".join(c if c in "\n\t" or not _hides(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _hides(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE or character in _REORDERING


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all of them."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(repr(each) for each in known) or 'none'}"


def number(value: float) -> str:
    """A score as people write it: at most two decimals, none where they would be zeros."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def measured(value: float) -> str:
    """A measurement as people read it: four digits, a whole number whole, powers of ten for the very large or small."""
    if value == int(value) and abs(value) < 1e15:
        return f"{value + 0.0:.0f}"
    if 1e-4 <= abs(value) < 1e15:
        return f"{value:.4g}" if abs(value) < 9999.5 else f"{value:.0f}"
    return f"{value:.3e}".replace("e+", "e").replace("e-0", "e-")


def score_line(score: float | None, max_score: float, pending: float = 0.0) -> str:
    """`84 / 100`; `not graded / 100` when the fault is ours; and what this machine could not judge."""
    text = f"{'not graded' if score is None else number(score)} / {number(max_score)}"
    return text + (f", {number(pending)} pending" if pending else "")


def shortened(names: Sequence[str], most: int = 4) -> str:
    """A list for a narrow column: the first few names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
