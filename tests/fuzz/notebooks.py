"""Notebooks and scripts that no program would save, read by the trusted process."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.errors import Failure
from autograder.sandbox.child.wire import encode
from autograder.submission.read import read, source_of
from autograder.submission.release import Release

PIECES = [
    *["%", "!", "?", "%%", "%%bash\n", "%time ", "# %%\n", '# %% tags=["exercise:Counter"]\n', "def Counter("],
    *['"""', "'''", "(", "[", "{", ")", "]", "}", "#", "=", " ", "\t", "\n", "\r", "\0", "\ud800", "\u2028", "é", "x"],
    *["<<<<<<< HEAD\n", "from autograder.notebook import check\n", 'check("Counter")', "await x", "...", "\\\n"],
]  # fmt: skip


def junk(rng: random.Random, depth: int = 2) -> Any:
    """Arbitrary JSON."""
    match rng.randrange(9 if depth else 7):
        case 0:
            return rng.choice([None, True, False])
        case 1:
            return rng.choice([0, -1, 4, 10**30, 1.5, float("nan"), float("-inf")])
        case 2 | 3 | 4:
            return text(rng)
        case 5:
            return rng.choice(["code", "markdown", "exercise:Counter", "setup:1", "demo", "check_Counter", "Counter"])
        case 6:
            return rng.choice([[], {}])
        case 7:
            return [junk(rng, depth - 1) for _ in range(rng.randrange(4))]
    names = ("cell_type", "source", "metadata", "tags", "nbgrader", "grade_id", "cells", "x")
    return {rng.choice(names): junk(rng, depth - 1) for _ in range(rng.randrange(4))}


def text(rng: random.Random) -> str:
    return "".join(rng.choices(PIECES, k=rng.randrange(12)))


def mutated(rng: random.Random, notebook: dict[str, Any]) -> bytes:
    """The notebook with some of its values, cells and characters replaced."""
    data: Any = copy.deepcopy(notebook)
    for _ in range(rng.choice([0, 1, 2, 4])):
        _change(rng, data)
    for cell in data.get("cells", []) if isinstance(data.get("cells"), list) else []:
        if isinstance(cell, dict) and isinstance(cell.get("source"), str | list) and rng.random() < 0.3:
            source = "".join(map(str, cell["source"]))
            at = rng.randrange(len(source) + 1)
            cell["source"] = source[:at] + text(rng) + source[at + rng.randrange(4) :]
    written = bytearray(json.dumps(data).encode("utf-8", "surrogatepass"))
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        at = rng.randrange(len(written) + 1)
        match rng.randrange(4):
            case 0:
                del written[at:]
            case 1:
                written[at : at + rng.randrange(4)] = rng.randbytes(rng.randrange(4))
            case 2:
                written[at:at] = rng.choice([b"[", b"{", b'{"":']) * rng.choice([1, 100, 5000])
            case 3:
                written[at:at] = rng.choice([b'"', b"\\", b"\\ud800", b"9" * 5000, b"\xff\xfe", b",", b"\0"])
    return bytes(written)


def _change(rng: random.Random, data: Any) -> None:
    """Walk down to a random place, and replace, remove or repeat the value there."""
    at = data
    while isinstance(at, dict | list) and at:
        place, key = at, rng.choice(list(at) if isinstance(at, dict) else range(len(at)))
        at = at[key]
        if rng.random() < 0.4 or not isinstance(at, dict | list) or not at:
            match rng.randrange(4):
                case 0 if isinstance(place, list):
                    place.insert(key, copy.deepcopy(at))
                case 1 if place is not data:
                    del place[key]
                case _:
                    place[key] = junk(rng)
            return


def reader(release: Release, folder: Path) -> Callable[[int], str]:
    """item(number): the outcome for that notebook, and for its source as a script."""
    notebook = json.loads((release.folder / f"{release.assignment_id}.ipynb").read_text(encoding="utf-8"))
    script = (release.folder / f"{release.assignment_id}.py").read_text(encoding="utf-8")

    def item(number: int) -> str:
        rng = random.Random(f"notebook {number}")
        path = folder / "fuzzed.ipynb"
        if rng.random() < 0.15:
            path = folder / "fuzzed.py"
            at = rng.randrange(len(script))
            path.write_bytes((script[:at] + text(rng) + script[at + rng.randrange(50) :]).encode("utf-8", "replace"))
        else:
            path.write_bytes(mutated(rng, notebook))
        outcomes = []
        for known in (release, None):
            try:
                submission = read(path, known)
            except Failure as failure:
                outcomes.append("refused" if len(failure.message) < 2000 else "refused at length")
                continue
            encode([list(cell) for cell in submission.loadable])  # as it is sent to the loader
            assert all("\0" not in cell.source for cell in submission.cells)
            source_of(path, submission, release.exercises)
            outcomes.append("read")
        return outcomes[0]

    return item
