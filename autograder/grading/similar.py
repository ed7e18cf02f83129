"""Which hand-ins are alike: pairs for a person to look at, never a verdict.

By copydetect: a file's tokens without names, comments and texts, and the fingerprints of every stretch of them
(winnowing, as in MOSS). What the release gives everybody does not count. The code is not run; it is read and cut into
tokens in the process for reading, since how long that takes is for its author to choose. copydetect is an extra: this
module is imported where it is asked for.
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

_STRETCH = 25  # tokens: what is shorter is alike by chance, says copydetect, and so does winnowing's paper
_SURE = 30  # tokens: what is alike this far is found
_FEWEST = 100  # tokens beyond the release: of less, a few lines that everybody writes are all of it


@dataclass(frozen=True)
class Pair:
    """Two submissions, how many tokens they share, and what part (0 to 1) that is of the one and of the other."""

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
    """pairs: the most alike first. typical: what the median pair of the class shares, 0 to 1; correct work is alike.

    left_out: submissions that cannot be read, or hold too little of their own, with the reason.
    """

    pairs: tuple[Pair, ...]
    typical: float
    compared: int
    left_out: tuple[str, ...]


def alike(found: Sequence[Found], release: Release, most: int) -> Alike:
    """The pairs that are most alike. Raises: CourseError if reading breaks."""
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
    # Sets of numbers first, which takes microseconds a pair; copydetect has the last word on the nearest.
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
    """Python as copydetect compares it, a letter or a sign for each token."""
    tokens: str = filter_code(code, "code.py", "python")[0]
    return tokens


def _prints(name: str, tokens: str, window: int, boilerplate: Iterable[int]) -> CodeFingerprint:
    return CodeFingerprint(name, _STRETCH, window, boilerplate=list(boilerplate), filter=False, fp=io.StringIO(tokens))


def _overlap(one: CodeFingerprint, other: CodeFingerprint) -> float:
    return len(one.hashes & other.hashes) / max(1, min(len(one.hashes), len(other.hashes)))
