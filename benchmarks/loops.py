"""Six hundred submissions, a tenth of them with endless loops, graded by `autograder grade`; and the others alone.

Most of an instructor's waiting time is for loops: an ordinary submission takes a fraction of a second, and an endless
one its time limit, unless its text and variables prove that it is endless (three of the four in `classes.LOOPS`).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from benchmarks import classes

ASSIGNMENT = "optimizers"
NUMBER, QUICK_NUMBER = 600, 20


def measure(quick: bool) -> dict[str, Any]:
    """Seconds for the whole class, and for the nine tenths of it that end, from a shell; time limits of ten seconds."""
    number = QUICK_NUMBER if quick else NUMBER
    loops = number // 10
    numbers = {"right": number - 4 * loops, "mistake": 2 * loops, "exception": loops, "loop": loops}
    with tempfile.TemporaryDirectory() as temporary:
        course = classes.own_course(Path(temporary, "course"), ASSIGNMENT, check_s=10)
        class_ = classes.students(Course.find(classes.ROOT), ASSIGNMENT, numbers)
        seconds = {}
        for name, members in (("without_loops", [each for each in class_ if each.kind != "loop"]), ("all", class_)):
            submitted = course.root / "submitted" / name
            classes.hand_in(course, ASSIGNMENT, members, submitted)
            seconds[name] = classes.grade(course, ASSIGNMENT, submitted, course.root / "graded" / name)
    share = 1 - seconds["without_loops"] / seconds["all"]
    return {"assignment": ASSIGNMENT, "submissions": number, "loops": loops, "seconds": seconds, "share": share}
