"""Each hard exercise has three hints, and none of them is the solution."""

from __future__ import annotations

import json
import re

import pytest

from autograder.notebook.hints import hints_of, plain
from autograder.submission.release import Release
from tests.assignments import COURSE, of_assignments

HARD = re.compile(r"\bExercises?:([^\n(]*)\([^)\n]*★★★")


def hard(release: Release) -> list[str]:
    cells = json.loads(release.notebook)["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return [name for heading in HARD.findall(prose) for name in re.findall(r"`(\w+)`", heading)]


@pytest.mark.parametrize("assignment_id", of_assignments())
def test_every_exercise_of_three_stars_has_three_hints(assignment_id: str) -> None:
    release = Release.load(COURSE.release_dir(assignment_id), assignment_id)
    titles = {name: [title for title, _ in hints_of(json.loads(release.notebook), name)] for name in hard(release)}
    steps = ["Hint 1: a nudge", "Hint 2: the idea", "Hint 3: the shape of the code"]
    assert titles == dict.fromkeys(titles, steps)


@pytest.mark.parametrize("assignment_id", of_assignments())
def test_a_hint_in_a_terminal_has_no_latex(assignment_id: str) -> None:
    release = Release.load(COURSE.release_dir(assignment_id), assignment_id)
    shown = [plain(text) for name in hard(release) for _, text in hints_of(json.loads(release.notebook), name)]
    assert not [text for text in shown if re.search(r"[$\\]", text)]
