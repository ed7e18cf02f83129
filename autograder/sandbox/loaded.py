"""What a submission reports once it is loaded. It may claim anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """A cell that raised while the submission was loaded."""

    types: tuple[str, ...]
    message: str
    label: str
    line: int


@dataclass(frozen=True)
class Restored:
    """An exercise whose name was bound to something else at this place, after its last definition."""

    name: str
    label: str
    line: int


def problem(types: list[str], message: str, label: str, line: int) -> Problem:
    """A problem in a LOADED message, cut to what can be shown."""
    return Problem(tuple(name[:100] for name in types[:20]), message[:2000], label[:100], line)


def restored(name: str, label: str, line: int) -> Restored:
    return Restored(name[:100], label[:100], line)


def loaded(message: list[Any]) -> tuple[frozenset[str], list[Problem], list[Restored]]:
    """The defined names, the cells that raised, and the definitions that were restored. message: a checked LOADED."""
    _, names, problems, put_back = message
    return frozenset(names), [problem(*each) for each in problems], [restored(*each) for each in put_back]
