"""The course's own assignments as parameters of tests, marked if an assignment imports torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.course import Course

COURSE = Course.find(Path(__file__).parent)


def of_assignment(assignment_id: str, value: Any = None) -> Any:
    """The parameter `value`, or else the id itself, for a test that needs this assignment's modules."""
    needed = COURSE.assignment(assignment_id).preload
    name = assignment_id if value is None else f"{assignment_id}/{value.stem}"
    return pytest.param(value or assignment_id, id=name, marks=[pytest.mark.torch] if "torch" in needed else [])


def of_assignments(ids: Iterable[str] = ()) -> list[Any]:
    """Each id as a parameter; by default, all of the course."""
    return [of_assignment(each) for each in ids or [each.id for each in COURSE.assignments]]
