"""What a known mistake costs, and where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.course import Course
from autograder.proofs.costs import costs
from tests.conftest import edit

MOVE = "x = x - rate * gradient(x)"
MISTAKES = """\
@mistake("Counter", says="One more?")
class one_more:
    def __init__(self, start):
        self.total = start

    def add(self, n):
        self.total += n + 1
        return self.total


@mistake("standardize", says="Which mean?")
def off_by_one(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps), x.mean(axis=0) + 1, None


"""


@pytest.fixture
def linked(own_course: Course) -> Course:
    """A course in which `descent` calls `Counter` and `standardize`, which add 0 there unless they are wrong."""
    calls = " + Counter(0).add(0) + standardize(np.array([[1.0], [-1.0]]))[1][0]"
    edit(own_course, "solutions/tiny/tiny.py", MOVE, MOVE + calls)
    edit(own_course, "solutions/tiny/mistakes.py", '@mistake("Counter"', MISTAKES + '@mistake("Counter"')
    return own_course


def test_a_mistake_costs_points_where_its_exercise_is_called_unless_that_can_be_lent(
    linked: Course,
) -> None:
    found = {each.mistake: each for each in costs(linked, "tiny")}
    assert found["one_more"].exercises == {"Counter": 25, "descent": 25}  # classes cannot be lent
    assert found["one_more"].points == 50
    assert found["off_by_one"].exercises == {"standardize": 50}
    assert set(found["forgets_start"].exercises) == {"Counter"}  # correct if it starts from 0


def test_the_dearest_come_first(linked: Course) -> None:
    points = [each.points for each in costs(linked, "tiny")]
    assert points == sorted(points, reverse=True)
    assert points[0] == 50


def test_the_command_says_what_each_costs(
    linked: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(linked.root))
    said = []
    for words in (["audit", "--costs", "tiny"], ["audit", "--costs", "--json", "tiny"]):
        monkeypatch.setattr("sys.argv", ["autograder", *words])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert exit_.value.code == 0
        said.append(capsys.readouterr().out)
    assert "  50 points for one_more of Counter: 25 in Counter, 25 in descent" in said[0].splitlines()
    assert "tiny: 1 of 11 mistakes cost points in other exercises too" in said[0]
    found = json.loads(said[1])["tiny"]
    assert {"mistake": "one_more", "exercise": "Counter", "exercises": {"Counter": 25, "descent": 25}} in found
