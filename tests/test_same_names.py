"""An exercise with the same name in several assignments has one contract: a right solution earns full marks in each.

Questions are left out, since `q_which_bug` is a different question in each notebook.
"""

from __future__ import annotations

import hashlib
from itertools import permutations
from typing import Any

import pytest

from autograder.checking.answers import load_live
from autograder.checking.run import run
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from tests.assignments import COURSE

SEEDS = 3


def _exercises(assignment_id: str) -> set[str]:
    """The names marked as exercises in the assignment's script; reading them needs none of its modules."""
    script = (COURSE.solutions_dir(assignment_id) / f"{assignment_id}.py").read_text()
    tagged = (line.partition('"exercise:')[2].partition('"')[0] for line in script.splitlines())
    return {name for name in tagged if name and not name.startswith("q_")}


def _shared() -> list[Any]:
    """(exercise, whose reference is used, whose checks judge it), for every name that two assignments share."""
    exercises = {each.id: _exercises(each.id) for each in COURSE.assignments}
    found = []
    for player, judge in permutations(exercises, 2):
        needed = {*COURSE.assignment(player).preload, *COURSE.assignment(judge).preload}
        marks = [pytest.mark.torch] if "torch" in needed else []
        for name in sorted(exercises[player] & exercises[judge]):
            found.append(pytest.param(name, player, judge, id=f"{name}-of-{player}-in-{judge}", marks=marks))
    return found


@pytest.mark.parametrize(("exercise", "player", "judge"), _shared())
def test_what_is_right_in_one_assignment_is_right_in_another(exercise: str, player: str, judge: str) -> None:
    played = load_live(COURSE, player)[1].names[exercise]
    checks, answers = load_live(COURSE, judge)
    failed = []
    for number in range(SEEDS):
        seed = hashlib.sha256(f"student {number}".encode()).digest()
        for check in checks:
            if check.exercise == exercise and not check.gpu:
                student = Namespace(Local(answers.names | {exercise: played}))
                outcome = run(check, student, answers.reference(check, seed), seed)
                if outcome.status != "passed":
                    failed.append((check.name, outcome.message))
    assert failed == []


def test_some_names_are_shared() -> None:
    assert "evaluate" in {parameters.values[0] for parameters in _shared()}
