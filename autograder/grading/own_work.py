"""Judges a student's own work in assignments/<id>/ by the public checks, and stores the last result."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.checking.answers import load_released
from autograder.checking.declare import Check
from autograder.checking.judge import judge
from autograder.checking.one_slip import with_slips
from autograder.checking.run import PUBLIC_SEED, exercises_in_order
from autograder.course.course import Course, UnknownName, is_installed
from autograder.course.settings import Assignment
from autograder.errors import CourseError, Failure
from autograder.files import write_atomically
from autograder.grading.grader import versions
from autograder.grading.student import Student, problems_of, slips_of
from autograder.intake.find import find_own
from autograder.report import store
from autograder.report.report import Report
from autograder.report.results import ExerciseResult
from autograder.sandbox import Program, Sandbox
from autograder.submission.reading_process import read_whole
from autograder.submission.release import Release
from autograder.text import did_you_mean, installing


class PublicJudge:
    """Judges the work in a release folder by the public checks, for the student. Use as a context manager.

    Raises: CourseError if the release is damaged; Failure if the work cannot be read.
    """

    def __init__(self, folder: Path, assignment: Assignment, sandbox: Sandbox) -> None:
        self.assignment = assignment
        require_installed(folder, assignment)
        sandbox.preload(assignment.preload)
        self.checks, self._answers = load_released(folder, assignment.id)
        release = Release.load(folder, assignment.id)
        path, self.notes = find_own(release)
        self._release = release
        read = read_whole(path, release, assignment.id, assignment.rules, exercises_in_order(self.checks))
        self.submission, self.source, self.rules = read.submission, read.source, read.rules
        kinds, main = release.kinds_of_exercises, self.submission.is_notebook
        program = Program(self.submission.loadable, self.rules.guarded, kinds, main)
        self.session = sandbox.open(program, assignment.limits)

    @property
    def exercises(self) -> list[str]:
        """The exercises with a public check, in the order of the notebook."""
        order = {name: place for place, name in enumerate(self._release.exercises)}
        return sorted(exercises_in_order(self.checks), key=lambda name: order.get(name, len(order)))

    def judge(self, checks: Sequence[Check]) -> tuple[ExerciseResult, ...]:
        student = self._student()
        results = judge(
            checks,
            student.open,
            self._answers,
            PUBLIC_SEED,
            self.assignment.limits.check_s,
            run_together=student.run_together,
        )
        return self._release.in_order(results)

    def with_slips(self, exercises: Sequence[ExerciseResult]) -> tuple[ExerciseResult, ...]:
        """The same results; if one small change makes an exercise right, its place is added.

        The code's output from now on is not kept.
        """
        self.session.seal()
        slips = slips_of(self.submission, self._release)
        return with_slips(exercises, self.checks, self._student().open, self._answers, slips)

    def _student(self) -> Student:
        release = self._release
        return Student(self.session, self.submission, PUBLIC_SEED, self.rules, release.exercises, given=release.lines)

    def close(self) -> None:
        self.session.stop()

    def __enter__(self) -> PublicJudge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def require_installed(folder: Path, assignment: Assignment) -> None:
    """Raises: Failure, which says what to install, if a module that the assignment needs is missing."""
    missing = [module for module in assignment.preload if not is_installed(module)]
    if not missing:
        return
    said = f"this assignment needs {' and '.join(missing)}, which is not installed here"
    if missing == ["torch"]:
        places = [*folder.parents[:2], *(each / "wheels" for each in folder.parents[:2])]
        wheels = [path for place in places for path in sorted(place.glob("*.whl"))]
        said += f": {installing('torch', wheels[0] if wheels else None)}"
    raise Failure(said)


def check_public(course: Course, assignment_id: str, exercise: str | None, sandbox: Sandbox) -> Report:
    """Judge a student's own work in assignments/<id>/ by the public checks. exercise: only this one's checks.

    Raises: UnknownName if it has no public check; CourseError if the release is damaged; Failure if the work cannot
    be read.
    """
    started = time.perf_counter()
    with PublicJudge(course.release_dir(assignment_id), course.assignment(assignment_id), sandbox) as public:
        names = public.exercises
        if exercise is not None and exercise not in names:
            suggestion = did_you_mean(exercise, names)
            raise UnknownName(f"{assignment_id} has no exercise {exercise!r} with a public check{suggestion}")
        exercises = public.with_slips(
            public.judge([check for check in public.checks if exercise in (None, check.exercise)])
        )
        public.session.stop()
        return Report(
            assignment=assignment_id,
            submission=public.submission.path.name,
            exercises=exercises,
            isolation=sandbox.isolation,
            seed=PUBLIC_SEED.hex(),
            versions=versions(public.assignment),
            duration_s=time.perf_counter() - started,
            output=public.session.output,
            notes=public.notes + public.submission.notes + public.rules.notes + problems_of(public.session),
            source=public.source,
        )


def worth_of(course: Course, assignment_id: str) -> dict[str, float]:
    """Exercise -> the points of all of its checks, including hidden ones; empty if the release does not say."""
    try:
        return Release.load(course.release_dir(assignment_id), assignment_id).worth
    except CourseError:
        return {}


def _path(course: Course, assignment_id: str) -> Path:
    return course.root / ".autograder" / "status" / f"{assignment_id}.json"


def remember(course: Course, report: Report) -> None:
    """Store the report. Raises: CourseError if it cannot be written."""
    write_atomically(_path(course, report.assignment), json.dumps(report.to_dict()) + "\n")


def remembered(course: Course, assignment_id: str) -> Report | None:
    """The last report; None if none can be read, in which case the next check writes a new one."""
    try:
        return store.read(_path(course, assignment_id))
    except CourseError:
        return None
