"""Every figure is followed by text that says what to see in it, and is large enough to read."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.assignments import COURSE, of_assignments

SHOWN = re.compile(r"^ *(plt\.show\(\)|display\(HTML\()", re.MULTILINE)


def script_of(assignment_id: str) -> str:
    return (COURSE.solutions_dir(assignment_id) / f"{assignment_id}.py").read_text()


@pytest.mark.parametrize("assignment_id", of_assignments())
def test_every_figure_is_followed_by_words(assignment_id: str) -> None:
    cells = re.split(r"^# %%", script_of(assignment_id), flags=re.MULTILINE)
    mute = []
    for cell, following in pairwise(cells):
        if SHOWN.search(cell):
            kind, _, text = following.partition("\n")
            first = next((line for line in text.splitlines() if line.strip("# ")), "")
            if "[markdown]" not in kind or re.match(r"# (#|---)", first):
                mute.append(f"{cell.splitlines()[1]} ... {first[:60]}")
    assert not mute


@pytest.mark.parametrize("assignment_id", of_assignments())
def test_no_figure_has_fewer_than_80_dots_per_inch(assignment_id: str) -> None:
    assert all(int(dpi) >= 80 for dpi in re.findall(r"\bdpi=(\d+)", script_of(assignment_id)))
