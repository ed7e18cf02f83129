"""Runs a notebook's demo cells with the reference's exercises, so that tests can verify the claims of the prose."""

from __future__ import annotations

import re
from typing import Any

from autograder.submission.cells import script_cells
from tests.assignments import COURSE


def defined_by(assignment_id: str, *names: str) -> dict[str, Any]:
    """The names of a notebook after its setup, its exercises, its first demo cell (the imports), and the demo cells
    that define functions or classes of these names."""
    path = COURSE.solutions_dir(assignment_id) / f"{assignment_id}.py"
    wanted = re.compile(rf"^ *(?:def|class) (?:{'|'.join(names)})\b", re.MULTILINE)
    found: dict[str, Any] = {"__name__": assignment_id}
    demos = 0
    for cell in script_cells(path.read_text(), path.name):
        if "demo" in cell.tags:
            demos += 1
            if demos > 1 and not wanted.search(cell.source):
                continue
        exec(compile(cell.source, str(path), "exec"), found)  # the course's own code, not a student's
    missing = [name for name in names if name not in found]
    if missing:
        raise LookupError(f"no demo cell of {assignment_id} defines {', '.join(missing)}")
    return found
