"""A release's recordings contain what public checks use, and nothing that hidden checks compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.build import build
from autograder.authoring.leaks import Leak
from autograder.authoring.recording import record
from autograder.checking.answers import RecordedAnswers
from autograder.checking.declare import collect
from autograder.checking.replies import leaves
from autograder.checking.run import PUBLIC_SEED
from autograder.course.course import Course
from autograder.sandbox.child.wire import HEADER, UNRECORDED, Frame, decode
from autograder.sandbox.namespace import record_of


def add(course: Course, check: str, *, exercise: str = "standardize") -> None:
    """Add a check without points: the body of a function of student, reference and rng."""
    with (course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(f'\n\n@check("{exercise}", points=0, public=True)\ndef added(student, reference, rng):\n')
        file.write(f'    """It is added."""\n{check}')


def replace(course: Course, name: str, old: str, new: str) -> None:
    path = course.solutions_dir("tiny") / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def recorded(members: dict[str, np.ndarray], name: str) -> list[Any]:
    """The values in the replies of a member."""
    data, values = members[name].tobytes(), []
    while data:
        n_structure, n_buffers = HEADER.unpack_from(data)
        end = HEADER.size + n_structure + n_buffers
        values.append(decode(Frame.from_bytes(data[:end]))[1])
        data = data[end:]
    return values


def test_a_part_that_no_public_check_looks_at_is_left_out(course: Course) -> None:
    members = record(course, "tiny")
    for side in ("reference", "expected"):
        ((out, mean, cache),) = recorded(members, f"{side}/standardizes_a_table")
        assert (out.shape, mean.shape, cache) == ((5, 3), (3,), UNRECORDED)


def test_of_a_dict_only_the_keys_that_are_looked_at_stay(own_course: Course) -> None:
    replace(own_course, "tiny.py", "mean, (x, var)", "mean, {'x': x, 'var': var, 'secret': 42}")
    add(own_course, "    x = rng.random((3, 2))\n    close(student.standardize(x)[2]['var'], x.var(axis=0))\n")
    ((_, _, cache),) = recorded(record(own_course, "tiny"), "expected/added")
    assert list(cache) == ["var"]


def test_what_a_check_passes_on_stays(own_course: Course) -> None:
    add(
        own_course,
        "    out, mean, _ = reference.standardize(rng.random((3, 2)))\n"
        "    close(student.standardize(out)[0], reference.standardize(out)[0])\n",
    )
    first, second = recorded(record(own_course, "tiny"), "reference/added")
    assert isinstance(first[0], np.ndarray)
    assert first[1] == second[1] == UNRECORDED


def test_what_a_mistake_fails_by_stays_though_the_check_holds_without_it(own_course: Course) -> None:
    replace(own_course, "tiny.py", "mean, (x, var)", "mean, {'mean': mean}")
    add(
        own_course,
        "    x = rng.random((3, 2))\n"
        "    mine = student.standardize(x)[1]\n"
        "    for right in reference.standardize(x)[2].values():\n"
        "        close(mine, right)\n",
    )
    ((_, _, cache),) = recorded(record(own_course, "tiny"), "reference/added")
    assert list(cache) == ["mean"]


def test_callbacks_are_asked_again_to_find_out(own_course: Course) -> None:
    add(
        own_course,
        "    asked = []\n"
        "    student.descent(lambda x: (asked.append(x), 2 * x)[1], rng.random(3), 2)\n"
        "    equal(len(asked), 2)\n",
        exercise="descent",
    )
    assert recorded(record(own_course, "tiny"), "expected/added") == [UNRECORDED]


def test_of_a_mistake_what_is_wrong_stays(own_course: Course) -> None:
    with (own_course.solutions_dir("tiny") / "mistakes.py").open("a") as file:
        file.write(
            "\n\n@mistake('standardize', says='Look at the mean.')\ndef a_mean_of_ones(x, eps=1e-5):\n"
            "    mean, var = x.mean(axis=0), x.var(axis=0)\n"
            "    return (x - mean) / np.sqrt(var + eps), 0 * mean + 1, (x, var + 1)\n"
        )
    ((out, mean, cache),) = recorded(record(own_course, "tiny"), "mistake/standardizes_a_table/a_mean_of_ones")
    assert (out.shape, mean.tolist()) == ((5, 3), [1, 1, 1])
    assert cache[0] == UNRECORDED  # it is right, and no check at home uses it
    assert cache[1].shape == (3,)


def test_what_another_machine_would_give_otherwise_is_not_recorded(own_course: Course) -> None:
    replace(own_course, "mistakes.py", 'says="Along which axis?"', 'says="Along which axis?", varies=True')
    said = record(own_course, "tiny")["mistakes"].tobytes().decode()
    assert "Along which axis?" not in said
    assert "Which variance divides by N?" in said


def test_what_was_not_recorded_is_no_part_of_a_reply(own_course: Course) -> None:
    build(own_course, "tiny")
    answers = RecordedAnswers(own_course.release_dir("tiny") / "answers.npz")
    checks = collect(own_course.solutions_dir("tiny") / "checks.py")
    check = next(check for check in checks if check.name == "standardizes_a_table")
    expected = answers.expected(check, PUBLIC_SEED).student
    assert expected is not None
    (parts,) = leaves(record_of(expected).replies[0])
    assert {path for path in parts if path[0] == "value"} == {("value", "length"), ("value", 0), ("value", 1)}


HIDDEN = '''

@check("Counter", points=0)
def counts_by_heart(student):
    """Seven and two."""
    equal(student.Counter(7).add(2), 9)
'''


@pytest.mark.parametrize("claim", ["equal(student.Counter(7).add(2), 9)", "equal(2 * student.Counter(7).add(2), 18)"])
def test_what_a_hidden_check_compares_is_in_no_recording(own_course: Course, claim: str) -> None:
    with (own_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(HIDDEN.replace("points=0", "points=5"))
    replace(own_course, "checks.py", '@check("Counter", points=15)', '@check("Counter", points=10)')
    add(own_course, f"    {claim}\n", exercise="Counter")
    with pytest.raises(Leak, match=r"answers\.npz, added: the result  <- hidden check counts_by_heart"):
        build(own_course, "tiny")


@pytest.mark.parametrize(
    "claim",
    [
        "equal(student.Counter(7).add(3), 10)",  # another call
        "equal(student.Counter(8).add(2), 10)",  # of another object
        "counter = student.Counter(7)\n    counter.add(1)\n    equal(counter.add(2), 10)",  # with another history
        "student.Counter(7).add(2)",  # the answer is not used
    ],
)
def test_what_it_does_not_compare_may_be(own_course: Course, claim: str) -> None:
    with (own_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(HIDDEN.replace("points=0", "points=5"))
    replace(own_course, "checks.py", '@check("Counter", points=15)', '@check("Counter", points=10)')
    add(own_course, f"    {claim}\n", exercise="Counter")
    record(own_course, "tiny")


COUNTED = """\
    def pair(make, start):
        return make(start), start

    counter, _ = student.probe(pair)(student.get("Counter"), {0})
    equal(counter.add(2), {0} + 2)
"""


def test_an_object_that_came_in_a_tuple_is_known_by_what_was_asked_of_it(own_course: Course) -> None:
    hidden, _, _ = HIDDEN.partition("    equal(")
    with (own_course.solutions_dir("tiny") / "checks.py").open("a") as file:
        file.write(hidden.replace("points=0", "points=5") + COUNTED.format(7))
    replace(own_course, "checks.py", '@check("Counter", points=15)', '@check("Counter", points=10)')
    add(own_course, COUNTED.format(8), exercise="Counter")
    record(own_course, "tiny")  # different numbers
    replace(own_course, "checks.py", COUNTED.format(8), COUNTED.format(7))
    with pytest.raises(Leak, match="hidden check counts_by_heart"):
        record(own_course, "tiny")


def test_what_cannot_be_told_again_is_recorded_whole(own_course: Course, tmp_path: Path) -> None:
    notes = tmp_path / "runs"
    add(
        own_course,
        f"    with open({str(notes)!r}, 'a+') as runs:\n        runs.write('x')\n        runs.seek(0)\n"
        "        run = len(runs.read())\n    student.standardize(np.ones(3) * run)\n",
    )
    ((out, _, cache),) = recorded(record(own_course, "tiny"), "expected/added")
    assert out.shape == (3,)
    assert isinstance(cache, tuple)
