"""Grade one submission to a Report: by all checks for the instructor, by the public ones for the student."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder import __version__
from autograder.answers import load_live, load_released
from autograder.cells import read_bytes
from autograder.checks import PUBLIC_SEED, Check, seed_for, seed_of
from autograder.course import Assignment, Course, UnknownName
from autograder.errors import Failure
from autograder.explain import explain, place
from autograder.judge import OpenStudent, judge
from autograder.namespace import Namespace
from autograder.release import Release
from autograder.report import CheckResult, ExerciseResult, Report
from autograder.sandbox import Sandbox
from autograder.sandbox.backends import BUBBLEWRAP
from autograder.sandbox.session import Cell, Session
from autograder.submission import Found, Submission, find, read
from autograder.text import did_you_mean


@dataclass(frozen=True)
class Options:
    """isolation: "bubblewrap" or "process". workers: 0 for one per core. seed: replays a recorded one (hex)."""

    isolation: str = BUBBLEWRAP
    workers: int = 0
    seed: str | None = None
    resume: bool = False


class Grader:
    """Grades one submission after another of one assignment, with one warm sandbox. Use as a context manager.

    Raises: CourseError if the assignment or the sandbox is unusable.
    """

    def __init__(self, course: Course, assignment_id: str, options: Options) -> None:
        self.assignment = course.assignment(assignment_id)
        self.options = options
        # The template imports while this process reads the assignment.
        self._sandbox = Sandbox(options.isolation, self.assignment.preload)
        try:
            self.checks, self.answers = load_live(course, assignment_id)
            self.release = Release.load(course.release_dir(assignment_id), assignment_id)
            self._secret = b"" if options.seed else course.secret()
            self._content = _digest_of_course(course, assignment_id)
        except BaseException:
            self._sandbox.close()
            raise

    def grade(self, found: Found) -> Report:
        """The report on one submission. A fault of the student's is in it; a fault of ours makes checks `error`.

        That holds for faults that nobody has thought of too: one submission that trips us must not stop a class.
        """
        started = time.perf_counter()
        seed = self._seed(found.id)
        output, notes = "", tuple[str, ...]()
        try:
            if found.problem is not None or found.path is None:
                raise Failure(found.problem or "no file was handed in")
            submission = read(found.path, self.release, found.id)
            notes = submission.notes
            with self._sandbox.open(cells_of(submission), self.assignment.limits) as session:
                student = _student_in(session, submission, seed)
                exercises = judge(self.checks, student, self.answers, seed, self.assignment.limits.check_s)
                notes += problems_of(session)
            output = session.output
        except Failure as failure:
            exercises = _uniform(self.checks, failure.status, failure.message)
        except Exception as error:
            exercises = _uniform(self.checks, "error", f"{type(error).__name__}: {error}")
        return Report(
            assignment=self.assignment.id,
            submission=found.id,
            exercises=exercises,
            isolation=self.options.isolation,
            seed=seed.hex(),
            versions=versions() | {"content": self.content_of(found)},
            duration_s=time.perf_counter() - started,
            output=output,
            notes=notes,
        )

    def unjudged(self, found: Found, message: str) -> Report:
        """A report that says that we could not judge: every check is `error`, the score is nobody's zero."""
        seed = self._seed(found.id).hex()
        exercises = _uniform(self.checks, "error", message)
        return Report(self.assignment.id, found.id, exercises, self.options.isolation, seed, versions())

    def content_of(self, found: Found) -> str:
        """A digest of what decides the grade: the submission's bytes, the assignment's files, the seed, the limits."""
        digest = hashlib.sha256(self._content + self._seed(found.id) + self.options.isolation.encode())
        digest.update((found.problem or "").encode("utf-8", "surrogatepass"))
        if found.path is not None:
            with contextlib.suppress(Failure):
                digest.update(read_bytes(found.path))
        return digest.hexdigest()[:32]

    def _seed(self, submission_id: str) -> bytes:
        return bytes.fromhex(self.options.seed) if self.options.seed else seed_of(self._secret, submission_id)

    def close(self) -> None:
        self._sandbox.close()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def grade_one(course: Course, assignment_id: str, path: Path, submission_id: str, options: Options) -> Report:
    """Grade one file. Raises: CourseError if the assignment or the sandbox is unusable."""
    with Grader(course, assignment_id, options) as grader:
        return grader.grade(Found(submission_id, path, None))


class PublicJudge:
    """Judges the work in a release folder by the public checks, as a student does. Use as a context manager.

    Raises: CourseError if the release is damaged; Failure if the work cannot be read.
    """

    def __init__(self, folder: Path, assignment: Assignment, sandbox: Sandbox) -> None:
        self.assignment = assignment
        sandbox.preload(assignment.preload)
        self.checks, self._answers = load_released(folder, assignment.id)
        release = Release.load(folder, assignment.id)
        (found,) = find([folder], assignment.id, release)
        if found.path is None or found.problem:
            raise Failure(found.problem or f"there is nothing to check in {folder}")
        self.submission = read(found.path, release, assignment.id)
        self.session = sandbox.open(cells_of(self.submission), assignment.limits)

    def judge(self, checks: Sequence[Check]) -> tuple[ExerciseResult, ...]:
        student = _student_in(self.session, self.submission, PUBLIC_SEED)
        return judge(checks, student, self._answers, PUBLIC_SEED, self.assignment.limits.check_s)

    def close(self) -> None:
        self.session.stop()

    def __enter__(self) -> PublicJudge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_public(course: Course, assignment_id: str, exercise: str | None, sandbox: Sandbox) -> Report:
    """A student's own work in assignments/<id>/, judged by the public checks. exercise: only this one's.

    Raises: UnknownName if it has no public check; CourseError if the release is damaged; Failure if the work cannot
    be read.
    """
    started = time.perf_counter()
    with PublicJudge(course.release_dir(assignment_id), course.assignment(assignment_id), sandbox) as public:
        names = dict.fromkeys(check.exercise for check in public.checks)
        if exercise is not None and exercise not in names:
            suggestion = did_you_mean(exercise, names)
            raise UnknownName(f"{assignment_id} has no exercise {exercise!r} with a public check{suggestion}")
        exercises = public.judge([check for check in public.checks if exercise in (None, check.exercise)])
        public.session.stop()
        return Report(
            assignment=assignment_id,
            submission=public.submission.path.name,
            exercises=exercises,
            isolation=sandbox.isolation,
            seed=PUBLIC_SEED.hex(),
            versions=versions(),
            duration_s=time.perf_counter() - started,
            output=public.session.output,
            notes=public.submission.notes + problems_of(public.session),
        )


def cells_of(submission: Submission) -> list[Cell]:
    """The submission's cells as the sandbox loads them."""
    return [(cell.label, cell.kind, cell.source, cell.first_line) for cell in submission.cells]


def _student_in(session: Session, submission: Submission, seed: bytes) -> OpenStudent:
    """Opens the loaded submission for a check, with messages that quote the student's own lines."""
    sources = {cell.label: (cell.first_line, cell.source.split("\n")) for cell in submission.cells}

    def source_line(label: str, line: int) -> str:
        first_line, lines = sources.get(label, (1, []))
        index = line - first_line
        return lines[index][:200] if 0 <= index < len(lines) else ""

    def explain_missing(name: str) -> str:
        defines = re.compile(
            rf"\s*((async\s+)?def|class|from|import)\b.*\b{re.escape(name)}\b|{re.escape(name)}\s*[:=]"
        )
        for problem in session.problems:
            if not any(map(defines.match, sources.get(problem.label, (1, []))[1])):
                continue  # what stopped another cell is no reason
            text = source_line(problem.label, problem.line).strip()
            where = place(problem.label, problem.line, text)
            said = f"Loading stopped with {problem.types[0]}: {problem.message} ({where}). "
            return said + explain(problem.types, problem.message, text)
        return "Is it spelt so, and at the top level?"

    @contextlib.contextmanager
    def open_student(check: Check, timeout_s: float) -> Iterator[Namespace]:
        session.load()
        if not check.public:
            session.seal_output()  # or a student could print, and read, the hidden inputs
        if check.exercise not in session.names:
            raise Failure(f"{check.exercise} is not defined. {explain_missing(check.exercise)}".strip())
        with session.check(timeout_s, seed_for(check, seed) & 0x7FFFFFFF) as exchange:
            yield Namespace(exchange, explain_missing=explain_missing, source_line=source_line)

    return open_student


def problems_of(session: Session) -> tuple[str, ...]:
    """What stopped while the submission was loaded, as notes."""
    return tuple(
        f"{place(p.label, p.line)}: stopped with {p.types[0]}: {p.message[:300]}" for p in session.problems[:10]
    )


def versions() -> dict[str, str]:
    """What a grade may depend on besides the submission."""
    return {
        "autograder": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
    }


def _uniform(checks: Sequence[Check], status: str, message: str) -> tuple[ExerciseResult, ...]:
    by_exercise: dict[str, list[CheckResult]] = {}
    for check in checks:
        result = CheckResult(check.name, check.title, 0.0, check.points, check.public, status, message)
        by_exercise.setdefault(check.exercise, []).append(result)
    return tuple(ExerciseResult(name, tuple(results)) for name, results in by_exercise.items())


def _digest_of_course(course: Course, assignment_id: str) -> bytes:
    digest = hashlib.sha256(repr(course.assignment(assignment_id)).encode())
    for folder in (course.solutions_dir(assignment_id), course.release_dir(assignment_id)):
        for path in sorted(folder.rglob("*")):  # data files too: checks may read them
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith((".", "__pycache__")) for part in inside.parts):
                digest.update(str(inside).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
