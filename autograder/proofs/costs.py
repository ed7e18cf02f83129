"""Measures what each known mistake costs in an otherwise correct submission: each mistake should cost points once.

A student's functions call one another, so a bug in one may fail checks of others. Authors should know what it costs
there, because an exercise should be graded for its own work.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checking.answers import LiveAnswers, load_live
from autograder.checking.declare import Check, Mistake
from autograder.checking.judge import judge
from autograder.checking.run import process_seed
from autograder.course.course import Course
from autograder.sandbox.child import determinism
from autograder.sandbox.child.loader import load
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.submission.read import read

_CHECK_S = 60.0


@dataclass(frozen=True)
class Cost:
    """What one mistake costs. exercises: name -> points lost there, most first."""

    mistake: str
    exercise: str
    exercises: Mapping[str, float]

    @property
    def points(self) -> float:
        return sum(self.exercises.values())

    def line(self) -> str:
        where = ", ".join(f"{points:g} in {name}" for name, points in self.exercises.items())
        return f"{self.points:g} points for {self.mistake} of {self.exercise}: {where}"


def costs(course: Course, assignment_id: str, seed: bytes = b"costs") -> list[Cost]:
    """What each mistake costs on one student's inputs, most expensive first. Checks that take seconds are left out, and
    so are mistakes that never end.

    Raises: CourseError if the assignment cannot be loaded.
    """
    checks, answers = load_live(course, assignment_id)
    script = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
    cells = read(script).cells
    # A second copy, in which the mistake replaces the function that the others call.
    names, _, _ = load([cell.loadable for cell in cells])
    exercises = list(dict.fromkeys(check.exercise for check in checks))
    found = []
    for mistake in (each for each in answers.known if not each.endless):
        reached = {each for each in exercises if mistake.exercise in (each, *answers.uses.get(each, ()))}
        mine = [check for check in checks if check.exercise in reached and not check.costly]
        lost = _lost(mine, names, answers, seed, mistake)
        dearest = sorted(lost.items(), key=lambda item: -item[1])
        found.append(Cost(mistake.name, mistake.exercise, dict(dearest)))
    return sorted(found, key=lambda cost: -cost.points)


def _lost(
    checks: Sequence[Check], names: dict[str, Any], answers: LiveAnswers, seed: bytes, mistake: Mistake
) -> dict[str, float]:
    """The points lost with the mistake in place. names: the globals of the functions that call it."""

    @contextlib.contextmanager
    def student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        determinism.seed(process_seed(check, seed))
        right = dict(names)
        names[mistake.exercise] = mistake.implementation
        try:
            with answers.deadline(check, f"the mistake {mistake.name}"):
                yield Namespace(Local(names))
        finally:
            names.update(right)  # undoes lending, too

    lost = {
        result.name: sum(check.max_points - check.points for check in result.checks)
        for result in judge(checks, student, answers, seed, _CHECK_S)
    }
    return {exercise: points for exercise, points in lost.items() if points}
