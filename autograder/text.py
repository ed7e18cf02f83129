"""Wording shared by messages, and the only filter through which a student's text reaches a terminal or a page."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

# Marks that reverse the direction of text, and so can disguise it.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})

# The sign for a check's status; always shown with a color or a word.
SIGNS = {"passed": "✓", "failed": "✗", "timeout": "✗", "crashed": "✗", "error": "!", "pending": "…"}


def same_name(name: str) -> str:
    """A student's name in the form used everywhere: a letter with its accent is one character (NFC).

    macOS separates them in file names, so one student would otherwise appear as two.
    """
    return unicodedata.normalize("NFC", name)


def printable(text: str) -> str:
    """`text` with line breaks and tabs kept and every other control character replaced by a visible mark.

    Replaced are terminal escapes, carriage returns that overwrite a line, lone surrogates, reversed text.
    """
    if text.isprintable():  # true for most text; testing each character takes a hundred times as long
        return text
    text = text.replace("\r\n", "\n")
    return "".join(c if c in "\n\t" or not _hides(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def _hides(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE or character in _REORDERING


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all of them."""
    known = list(known)
    return nearest(name, known) or f"; known are {', '.join(repr(each) for each in known) or 'none'}"


def nearest(name: str, known: Iterable[str]) -> str:
    """The same without the list, for many known names: the nearest one, or nothing."""
    known = list(known)
    near = part_of(name, known) or next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.55)), "")
    return f"; did you mean '{near}'?" if near else ""


def part_of(name: str, known: Iterable[str]) -> str:
    """The only known name that contains this one, as `mse_loss` contains `mse`, or empty."""
    having = [each for each in known if name.casefold() in each.casefold()] if len(name) > 2 else []
    return having[0] if len(having) == 1 else ""


_COMPARED_NAMES = 300


def misspelled(name: str, known: Iterable[str], others: Iterable[str] = ()) -> str:
    """The known name that this one may misspell, by capitals, underscores or a letter; or empty.

    others: other names that may be misspellings. `adam` misspells `Adam` better than `nadam` does.
    """
    plain = {each: _letters(each) for each in known if each.isidentifier() and len(each) < 100}
    wanted = _letters(name)
    theirs = {_letters(each) for each in others} - {wanted}
    plain = {each: letters for each, letters in plain.items() if letters not in theirs}
    if same := [each for each, letters in plain.items() if letters == wanted]:
        return min(same)
    found = difflib.get_close_matches(wanted, sorted(set(plain.values()))[:_COMPARED_NAMES], n=1, cutoff=0.8)
    return min(each for each, letters in plain.items() if letters == found[0]) if found else ""


def _letters(name: str) -> str:
    return name.replace("_", "").casefold()


def number(value: float) -> str:
    """A score with at most two decimals, without trailing zeros."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def measured(value: float) -> str:
    """A measurement: four digits, integers in full, and powers of ten for very large or small values."""
    if value == int(value) and abs(value) < 1e15:
        return f"{value + 0.0:.0f}"
    if 1e-4 <= abs(value) < 1e15:
        return f"{value:.4g}" if abs(value) < 9999.5 else f"{value:.0f}"
    return f"{value:.3e}".replace("e+", "e").replace("e-0", "e-")


def score_line(score: float | None, max_score: float, pending: float = 0.0) -> str:
    """`84 / 100`, or `not graded / 100` if the grader failed.

    With 12 of 100 points pending, `84 / 88, 12 pending`, so that they do not look lost.
    """
    text = f"{'not graded' if score is None else number(score)} / {number(max_score - pending)}"
    return text + (f", {number(pending)} pending" if pending else "")


CPU_BUILDS = "https://download.pytorch.org/whl/cpu"


def installing(extra: str, wheel_file: Path | None = None) -> str:
    """How to install this package with an extra: from a path, because the package is not on the public index.

    wheel_file: the student's copy of the package.
    """
    builds = f" --extra-index-url {CPU_BUILDS}" if extra == "torch" else ""
    if wheel_file is not None:
        return f'pip install "{wheel_file}[{extra}]"{builds}'
    wheel = f"./whichmistake-VERSION-py3-none-any.whl[{extra}]"
    return f"pip install '.[{extra}]' in the grader's folder, or pip install '{wheel}'"


def is_missing(exercise: str, message: str) -> bool:
    """Whether a check's message says that this exercise is not written or not defined."""
    return message.startswith((f"{exercise} is not written yet", f"{exercise} is not defined"))


# The message of a side condition if no other check of the exercise passes.
HOLDS_FOR_NOTHING = "It counts once another check of this exercise passes: code that does nothing would pass it, too."

# The beginning of the reason why something that was written is not defined.
LOADING_STOPPED = "Loading stopped with"


def shortened(names: Sequence[str], most: int = 4) -> str:
    """A list for a narrow column: the first few names, and how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def place(label: str, line: int, text: str = "") -> str:
    """A place in a student's code: "cell 7, line 2: `x = y`", or in a script "line 40: `x = y`".

    The code is in backquotes rather than parentheses, because it may itself lack a parenthesis.

    label: the cell's. For scripts (its first line) and kernels (a temporary file) it does not help, and is left out.
    """
    nameless = label.startswith("line ") or "ipykernel_" in label
    where = f"line {line}" if nameless else f"{label}, line {line}"
    return f"{where}: `{text.strip()}`" if text.strip() else where


def stub_in(message: str) -> str:
    """The name of the stub that raised this message, or "" if it does not say."""
    stub = re.match(r"(\w+) is not written yet", message)
    return stub[1] if stub else ""
