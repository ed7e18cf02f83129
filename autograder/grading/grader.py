"""Grade one submission: with all checks for the instructor, with the public ones for the student."""

from __future__ import annotations

import hashlib
import platform
import sys
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from autograder import __version__, gpu
from autograder.checking.answers import load_live
from autograder.checking.declare import Check
from autograder.checking.judge import judge
from autograder.checking.one_slip import with_slips
from autograder.checking.run import PUBLIC_SEED, exercises_in_order, seed_of
from autograder.checking.unnamed import with_digests
from autograder.course.course import FOUND, Assignment, Course
from autograder.errors import CourseError, Failure
from autograder.gpu import Device
from autograder.grading.options import Options, template_for
from autograder.grading.student import Student, problems_of, slips_of
from autograder.grading.worksheet import written_answers
from autograder.intake.find import Found
from autograder.processes import ENVIRONMENT
from autograder.report.found import with_found
from autograder.report.report import CheckResult, ExerciseResult, Report, completed
from autograder.sandbox import Program, Sandbox
from autograder.submission import reading_process
from autograder.submission.cells import read_bytes
from autograder.submission.read import source_of
from autograder.submission.reading_process import apart, read_whole
from autograder.submission.release import Release


class Rubric:
    """What identifies a grade, without loading the checks: creating it only reads files.

    Raises: CourseError if the course has no such assignment.
    """

    def __init__(self, course: Course, assignment_id: str, options: Options) -> None:
        self.assignment = course.assignment(assignment_id)
        self.options = options
        self._course = course
        self._content = _digest_of_course(course, assignment_id)

    @cached_property
    def checks(self) -> list[Check]:
        """All checks. Raises: CourseError if they cannot be loaded."""
        return load_live(self._course, self.assignment.id)[0]

    @cached_property
    def _secret(self) -> bytes:
        return self._course.secret()

    def seed(self, submission_id: str) -> bytes:
        """The seed of this submission's hidden inputs. Raises: CourseError if the course's secret is unusable."""
        return bytes.fromhex(self.options.seed) if self.options.seed else seed_of(self._secret, submission_id)

    def unjudged(self, found: Found, message: str, status: str = "error") -> Report:
        """A report that says that the submission could not be graded, and why. Every check has this status.

        With `error` the submission has no score yet. With `crashed` it has a score, which `--resume` keeps.
        """
        seed = self.seed(found.id)
        release = Release.load(self._course.release_dir(self.assignment.id), self.assignment.id)
        exercises = _uniform(self.checks, status, message) + written_answers(found, release)
        known = versions(self.assignment)
        if status != "error":
            known |= {"content": self.content_of(found, seed)}
        isolation, submitted = self.options.isolation, found.submitted
        return Report(self.assignment.id, found.id, exercises, isolation, seed.hex(), known, submitted=submitted)

    def content_of(self, found: Found, seed: bytes | None = None, data: bytes | Failure | None = None) -> str:
        """A digest of what determines the grade: the submission's bytes, the assignment's files, the seed, the limits.

        data: the file's bytes, or why there are none, if it was read already.
        """
        digest = hashlib.sha256(self._content + (seed or self.seed(found.id)))
        digest.update("\n".join([found.problem or "", *found.notes]).encode("utf-8", "surrogatepass"))
        if found.path is not None:
            data = _data_of(found.path) if data is None else data
            digest.update(data.message.encode("utf-8", "surrogatepass") if isinstance(data, Failure) else data)
        return digest.hexdigest()[:32]


class Grader(Rubric):
    """Grades submissions of one assignment, one at a time, with one warm sandbox. Use as a context manager.

    template: of this process's parent (see `template_for`); the sandbox becomes a branch of it.
    Raises: CourseError if the assignment or the sandbox is unusable.
    """

    def __init__(self, course: Course, assignment_id: str, options: Options, template: Sandbox | None = None) -> None:
        assignment = course.assignment(assignment_id)
        self.device = gpu.find() if assignment.gpu else None
        if options.gpu and self.device is None:
            raise CourseError(_no_gpu(assignment))
        # The template and the process that reads submissions import while this process reads the assignment.
        self._sandbox = template.branch() if template else template_for(assignment, options, self.device)
        reading_process.prepare()
        try:
            super().__init__(course, assignment_id, options)
            self.checks, self.answers = load_live(course, assignment_id)
            if any(check.gpu for check in self.checks) and not assignment.gpu:
                raise CourseError(f"{assignment_id} has checks that need a GPU; write `gpu: true` in course.yml")
            self.release = Release.load(course.release_dir(assignment_id), assignment_id)
            self._found = course.found(assignment_id)
        except BaseException:
            self._sandbox.close()
            raise

    def grade(self, found: Found, earlier: Report | None = None, seed: bytes | None = None) -> Report:
        """The report on one submission. It includes the student's errors; a grader's error makes checks `error`.

        This includes unexpected errors: one submission that trips the grader must not stop a class.
        earlier: a report on the same submission; only its checks that wait for a GPU are judged.
        seed: of its hidden inputs, if the course's secret is not available.
        """
        started = time.perf_counter()
        seed = seed or self.seed(found.id)
        device = None if self.options.defer_gpu and earlier is None else self.device
        output, notes = "", found.notes
        source = None
        pending = {check.name for check in earlier.checks if check.status == "pending"} if earlier else set()
        checks = [check for check in self.checks if earlier is None or check.name in pending]
        data = None if found.path is None else _data_of(found.path)  # read once: the file may be replaced meanwhile
        try:
            if found.problem is not None or found.path is None:
                raise Failure(found.problem or "no file was handed in")
            source = source_of(found.path)
            if isinstance(data, Failure):
                raise data
            names = exercises_in_order(self.checks)
            name, ruled = found.path.name, self.assignment.rules
            read = apart(name, read_whole, found.path, self.release, found.id, ruled, names, data)
            submission, source, rules = read.submission, read.source, read.rules
            notes += submission.notes + rules.notes
            limits, kinds = self.assignment.limits, self.release.kinds_of_exercises
            program = Program(submission.loadable, rules.guarded, kinds, submission.is_notebook)
            with self._sandbox.open(program, limits) as session:
                usual_s = self.answers.usual_s
                student = Student(session, submission, seed, rules, self.release.exercises, usual_s, self.release.lines)
                exercises = judge(
                    checks,
                    student.open,
                    self.answers,
                    seed,
                    limits.check_s,
                    device,
                    session.stop,
                    run_together=student.run_together,
                )
                notes += problems_of(session) + _notes_of_loans(exercises)
                session.seal()
                at_home = Student(
                    session, submission, PUBLIC_SEED, rules, self.release.exercises, given=self.release.lines
                )
                exercises = with_digests(exercises, checks, at_home.open, self.answers)
                exercises = with_slips(
                    exercises, checks, at_home.open, self.answers, slips_of(submission, self.release)
                )
            output = session.output
        except Failure as failure:
            exercises = _uniform(checks, failure.status, failure.message)
        except Exception as error:
            exercises = _uniform(checks, "error", f"{type(error).__name__}: {error}")
        report = Report(
            assignment=self.assignment.id,
            submission=found.id,
            exercises=exercises + written_answers(found, self.release, data if isinstance(data, bytes) else None),
            isolation=self.options.isolation,
            seed=seed.hex(),
            versions=versions(self.assignment, device) | {"content": self.content_of(found, seed, data)},
            duration_s=time.perf_counter() - started,
            output=output,
            notes=notes,
            source=source,
            submitted=found.submitted,
        )
        return with_found(completed(earlier, report) if earlier else report, self._found)

    def close(self) -> None:
        self._sandbox.close()
        reading_process.close()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _data_of(path: Path) -> bytes | Failure:
    try:
        return read_bytes(path)
    except Failure as failure:
        return failure


def grade_one(course: Course, assignment_id: str, path: Path, submission_id: str, options: Options) -> Report:
    """Grade one file. Raises: CourseError if the assignment or the sandbox is unusable."""
    with Grader(course, assignment_id, options) as grader:
        return grader.grade(Found(submission_id, path, None))


def versions(assignment: Assignment, device: Device | None = None) -> dict[str, str]:
    """What else a grade may depend on, apart from the submission. Each check has one thread."""
    torch = sys.modules.get("torch") if "torch" in assignment.preload else None  # something else may have loaded it
    return {
        "autograder": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "threads": ENVIRONMENT["OMP_NUM_THREADS"],
        **({"torch": str(torch.__version__)} if torch else {}),
        **({"gpu": device.name} if device else {}),
    }


def _notes_of_loans(exercises: Sequence[ExerciseResult]) -> tuple[str, ...]:
    """The hints of passing checks: each says which of the course's own definitions the exercise was judged with."""
    said = {(each.name, check.hint): None for each in exercises for check in each.checks if check.status == "passed"}
    return tuple(f"{name}: {hint}" for name, hint in said if hint)


def _no_gpu(assignment: Assignment) -> str:
    if not assignment.gpu:
        return f"no check of {assignment.id} needs a GPU (course.yml does not say `gpu: true`)"
    return "no NVIDIA GPU was found here (nvidia-smi names none); grade without --gpu, and what needs one stays pending"


def _uniform(checks: Sequence[Check], status: str, message: str) -> tuple[ExerciseResult, ...]:
    by_exercise: dict[str, list[CheckResult]] = {}
    for check in checks:
        result = CheckResult(check.name, check.title, 0.0, check.points, check.public, status, message)
        by_exercise.setdefault(check.exercise, []).append(result)
    return tuple(ExerciseResult(name, tuple(results)) for name, results in by_exercise.items())


def _digest_of_course(course: Course, assignment_id: str) -> bytes:
    assignment = course.assignment(assignment_id)
    # Not the deadline or the late penalty: a report contains the score without them.
    decisive = (assignment.id, assignment.preload, assignment.gpu, assignment.limits, assignment.rules)
    digest = hashlib.sha256(repr(decisive).encode())
    for name, path in course.files_of(assignment_id):
        if path == course.solutions_dir(assignment_id) / FOUND:
            continue  # it gives failures a name, and changes no grade
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
