"""Finds submissions that are alike: pairs for a person to look at, never a verdict.

Uses copydetect: a file's tokens without names, comments and strings, and fingerprints of all windows of them
(winnowing, as in MOSS). Code from the release does not count. Submissions are not run. They are read and tokenized in
the reading process, because their authors can make that slow. copydetect is an optional dependency, so this module is
imported only on demand.
"""

from __future__ import annotations

import io
import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from copydetect import CodeFingerprint, compare_files
from copydetect.utils import filter_code

from autograder.errors import Failure
from autograder.intake.find import Found
from autograder.submission import reading_process
from autograder.submission.read import read
from autograder.submission.release import Release

_STRETCH = 25  # tokens: shorter matches are coincidence, according to copydetect and the winnowing paper
_SURE = 30  # tokens: matches of this length are always found
_FEWEST = 100  # tokens beyond the release: shorter work consists of a few lines that everybody writes


@dataclass(frozen=True)
class Pair:
    """Two submissions, the number of tokens that they share, and its fraction (0 to 1) of each."""

    one: str
    other: str
    tokens: int
    of_one: float
    of_other: float

    @property
    def share(self) -> float:
        return max(self.of_one, self.of_other)


@dataclass(frozen=True)
class Alike:
    """pairs: the most alike first. typical: what a median pair of the class shares, 0 to 1; correct work is alike.

    left_out: submissions that cannot be read or contain too little of their own, with the reason.
    """

    pairs: tuple[Pair, ...]
    typical: float
    compared: int
    left_out: tuple[str, ...]


def alike(found: Sequence[Found], release: Release, most: int) -> Alike:
    """The pairs that are most alike. Raises: CourseError if the reading process fails."""
    given = _tokens(f"# %%\n{release.script}") + "\n" + _tokens("\n".join(cell.source for cell in release.cells))
    boilerplate = list(_prints("release", given, 1, []).hashes)
    prints: list[CodeFingerprint] = []
    left_out = []
    for each in found:
        try:
            if each.path is None or each.problem:
                raise Failure(each.problem or "there is no file")
            tokens = reading_process.apart(each.path.name, own_tokens, each.path, release, each.id)
        except Failure as failure:
            left_out.append(f"{each.id}: {failure.message}")
            continue
        one = _prints(each.id, tokens, _SURE - _STRETCH + 1, boilerplate)
        if one.token_coverage < _FEWEST:
            left_out.append(f"{each.id}: there is too little in it beyond the release")
        else:
            prints.append(one)
    # Compare sets of numbers first, which takes microseconds per pair; copydetect then measures the closest pairs.
    shared = {pair: _overlap(*pair) for pair in itertools.combinations(prints, 2)}
    nearest = sorted(shared, key=lambda pair: -shared[pair])[:most]
    pairs = [
        Pair(one.filename, other.filename, int(tokens), float(of_one), float(of_other))
        for one, other in nearest
        for tokens, (of_one, of_other), _ in [compare_files(one, other)]
    ]
    typical = statistics.median(shared.values()) if shared else 0.0
    ordered = sorted(pairs, key=lambda pair: (-pair.share, pair.one, pair.other))
    return Alike(tuple(ordered), typical, len(prints), tuple(left_out))


def own_tokens(path: Path, release: Release, submission_id: str) -> str:
    """The tokens of a submission's own cells. Raises: Failure if it cannot be read."""
    cells = read(path, release, submission_id).cells
    return _tokens("\n".join(cell.source for cell in cells if cell.kind in ("exercise", "other", "script")))


def _tokens(code: str) -> str:
    """Python code as copydetect compares it: one character per token."""
    tokens: str = filter_code(code, "code.py", "python")[0]
    return tokens


def _prints(name: str, tokens: str, window: int, boilerplate: Iterable[int]) -> CodeFingerprint:
    return CodeFingerprint(name, _STRETCH, window, boilerplate=list(boilerplate), filter=False, fp=io.StringIO(tokens))


def _overlap(one: CodeFingerprint, other: CodeFingerprint) -> float:
    return len(one.hashes & other.hashes) / max(1, min(len(one.hashes), len(other.hashes)))
