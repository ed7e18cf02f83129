"""Writes a new assignment: small, complete and working, for the author to change."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.course.course import FILE_NAME, Course
from autograder.errors import CourseError
from autograder.files import write_atomically

_SCRIPT = r'''# %% [markdown]
# # TITLE
#
# What is the distance between two lists of numbers? Begin with a question that a learner would ask, then answer it.
#
# For $x, y \in \mathbb{R}^N$ the mean squared error is $\frac{1}{N} \sum_i (x_i - y_i)^2$.

# %%
import numpy as np

# %% tags=["exercise:mse"]
def mse(x, y):
    """The mean squared error.

    x, y: (N,) float arrays; not modified.
    Returns a float.
    """
    ### BEGIN SOLUTION
    difference = np.asarray(x) - np.asarray(y)
    return float(np.mean(difference**2))
    ### END SOLUTION


# %% tags=["demo"]
import matplotlib.pyplot as plt

from autograder.notebook import uses

with uses("mse"):
    shifts = np.linspace(-2, 2, 41)
    plt.plot(shifts, [mse(np.ones(5), np.ones(5) + shift) for shift in shifts])
    plt.xlabel("shift")
    plt.ylabel("mean squared error")
    plt.show()
'''

_CHECKS = '''"""All checks, public and hidden; 100 points."""

import numpy as np

from autograder import check, close


@check("mse", points=20, public=True)
def averages_the_squares_of_three_differences(student):
    """mse averages the squares of three differences."""
    close(student.mse(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, 6.0])), 13 / 3)


@check("mse", points=80)
def follows_the_reference_on_many_lengths(student, reference, rng):
    """mse is right for vectors of any length, a single number too."""
    for n in (1, 7, 64):
        x, y = rng.standard_normal(n), rng.standard_normal(n)
        close(student.mse(x, y), reference.mse(x, y), name=f"mse of {n} numbers")
'''

_MISTAKES = '''"""Wrong implementations that students write, each with what they should look at."""

import numpy as np

from autograder import mistake


@mistake("mse", says="The result grows with the number of elements: is it a mean?")
def sum_instead_of_mean(x, y):
    return float(np.sum((x - y) ** 2))
'''


def begin(folder: Path, assignment_id: str) -> Course:
    """A course with this assignment, in a folder without a course. Raises: CourseError if the id is invalid."""
    _require_id(assignment_id)
    text = f"title: {_title(folder.name) or 'A course'}\nassignments:\n{course_entry(assignment_id)}"
    return Course.load(write_atomically(folder / FILE_NAME, text))


def new(course: Course, assignment_id: str) -> list[Path]:
    """Create solutions/<id>/ with one exercise, a public and a hidden check, and a known mistake. Returns the files.

    `course_entry` is what to add to course.yml.
    Raises: CourseError if the id is invalid or the folder exists.
    """
    _require_id(assignment_id)
    folder = course.solutions_dir(assignment_id)
    if folder.exists():
        raise CourseError(f"{folder} exists already; choose another id, or change what is there")
    script = _SCRIPT.replace("TITLE", _title(assignment_id))
    files = {f"{assignment_id}.py": script, "checks.py": _CHECKS, "mistakes.py": _MISTAKES}
    return [write_atomically(folder / name, text) for name, text in files.items()]


def _require_id(assignment_id: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", assignment_id):
        raise CourseError(
            f"{assignment_id!r} cannot be an id: it has lower-case letters, digits and _, and begins with a letter"
        )


def course_entry(assignment_id: str) -> str:
    """The lines to add under `assignments:` in course.yml."""
    return f"  - id: {assignment_id}\n    title: {_title(assignment_id)}\n"


def _title(assignment_id: str) -> str:
    return assignment_id.replace("_", " ").capitalize()
