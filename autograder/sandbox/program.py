"""A submission's code in the form that the sandbox loads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cell = tuple[str, str, str, int]  # label, kind, source, first line


@dataclass(frozen=True)
class Program:
    """cells, kinds, main: see `child.loader.load`. forbidden: exercise -> library names not to be called in it."""

    cells: Sequence[Cell]
    forbidden: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    main: bool = False
