"""Finds the student's own work in a file, also in the wrong cells, and what it adds to the release."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.submission.definitions import Work, definitions, own_definitions
from autograder.submission.release import Labelled, Release, cell_kind, raw_cells, same_text, without_kit

_ASIDE = ("demo", "changed")
_OWN = ("exercise", "other", "script")
_WORK = re.compile(r"^(?:import|from|(?:async[ \t]+)?def|class)[ \t]|^\w+[ \t]*+[:=](?!=)", re.MULTILINE)


def wherever_it_is(labelled: list[Labelled], release: Release | None) -> tuple[list[Labelled], list[str]]:
    """The cells, with work from the wrong cells moved to cells of its own, and notes that say so.

    From a check's cell, everything but the check is used. From cells for plots, and from changed locked cells, only
    definitions are used that are neither in the release nor elsewhere, because people try things out there.
    """
    found: list[Labelled] = []
    notes: list[str] = []
    for raw, kind, name in labelled:
        if kind == "check" and _WORK.search(without_kit(raw).source):
            kind = "other"
            if defined := definitions(raw.source):
                where = f"{raw.label} is a check cell, but {_listed(defined)} in it was graded"
                notes.append(f"{where}: move it to a cell of its own")
        elif raw.turned and kind == "exercise":
            notes.append(f"{raw.label} is text, but {name} in it was graded as code: make it a code cell again (key Y)")
        found.append((raw, kind, name))
    if release is None:
        return found, notes
    if all(kind not in _ASIDE or same_text(raw.source) in release.texts for raw, kind, _ in found):
        return found, notes
    taken = {name for text in release.setups.values() for name in definitions(text)}
    for raw, kind, _ in found:
        if kind in _OWN:
            for own, lines in definitions(raw.source).items():
                if _goes_beyond(lines, release.definitions.get(own, ())):
                    taken.add(own)
    result: list[Labelled] = []
    for raw, kind, name in found:
        if kind != "changed":
            result.append((raw, kind, name))
        if kind in _ASIDE and same_text(raw.source) not in release.texts:
            code, names = own_definitions(raw.source, release.definitions, release.imports, taken)
            if code.strip():
                result.append((replace(raw, source=code, tags=(), grade_id=None), "script", None))
            if names:
                notes.append(f"{raw.label} is not run when graded, but {_listed(names)} in it was read")
    return result, notes


def _listed(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:4]) + (f" and {len(first) - 4} more" if len(first) > 4 else "")


_HEAD = re.compile(r"\d+ (?:async |def |class |@)")
_PLACEHOLDER = re.compile(r"\d+ raiseNotImplementedError\b.*|0 \w+=None")


def work_in(path: Path, release: Release | None) -> Work:
    """The exercises of a file that somebody has worked on, and other functions and classes.

    Changes by a formatter, and the comments and docstrings of an earlier release, do not count as work.
    Without a release, each function and class counts as an exercise.
    Raises: Failure if the file cannot be read.
    """
    raws, _ = raw_cells(path, release)
    if release:
        raws = [raw for raw in raws if same_text(raw.source) not in release.texts]
    labelled, _ = wherever_it_is([(raw, *cell_kind(raw, release)) for raw in raws], release)
    own = [raw for raw, kind, _ in labelled if kind in _OWN]
    defined = {name: lines for raw in own for name, lines in definitions(raw.source).items()}
    given = release.definitions if release else {}
    exercises = release.exercises if release else set(defined)
    work = {
        name: lines
        for name, lines in defined.items()
        if (name in exercises or any(map(_HEAD.match, lines))) and _goes_beyond(lines, given.get(name, ()))
    }
    return work if any(name in exercises for name in work) else {}


def beyond(work: Work, other: Work) -> list[str]:
    """The names for which `work` contains something that `other` lacks."""
    return [name for name, lines in work.items() if _goes_beyond(lines, other.get(name, ()))]


def finished(work: Work, release: Release | None) -> int:
    """The number of exercises without a placeholder."""
    exercises = release.exercises if release else work
    return sum(name in exercises and not any(map(_PLACEHOLDER.fullmatch, lines)) for name, lines in work.items())


def _goes_beyond(lines: tuple[str, ...], base: tuple[str, ...]) -> bool:
    """Whether a definition is work: neither equal to `base`, nor a stub around lines of it.

    The head of a stub does not count, since it may change between releases and is not the student's work.
    """
    if lines == base:
        return False
    placeholders = [line for line in lines if _PLACEHOLDER.fullmatch(line)]
    own = {line for line in lines if not _HEAD.match(line)} - set(placeholders) - set(base)
    return bool(own) or not placeholders
