"""The proof that an assignment grades rightly: reference 100, stub 0, each mistake caught and named, nothing leaked."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder import gpu
from autograder.answers import Answers, LiveAnswers, RecordedAnswers, load_live, load_released
from autograder.author import derive
from autograder.checks import PUBLIC_SEED, Check, Mistake, process_seed
from autograder.course import Course
from autograder.errors import CourseError
from autograder.grade import Grader, Options
from autograder.hand_ins import Found
from autograder.judge import judge
from autograder.leaks import Leak
from autograder.namespace import Namespace, local
from autograder.report import CheckResult, Report
from autograder.sandbox.child import reproducible

SEEDS = 3  # every claim about mistakes is tried on this many students' hidden inputs, on one where a check trains


@dataclass(frozen=True)
class MistakeAudit:
    """What became of one mistake. named_as: the names that its failing checks were given, over all seeds."""

    name: str
    exercise: str
    caught_by: tuple[str, ...]
    named_as: tuple[str, ...]
    named_by_release: bool
    taken_for: tuple[str, ...] = ()  # what the release alone takes it for, having no hidden checks to tell

    @property
    def ok(self) -> bool:
        return bool(self.caught_by) and self.named_as == (self.name,)


@dataclass(frozen=True)
class Audit:
    """The findings on one assignment. `problems` is empty if it may be released.

    notes: what is worth knowing and no fault, such as mistakes that only hidden checks catch.
    """

    assignment: str
    isolation: str
    reference_score: float | None
    stub_scores: dict[str, float | None]
    points: float
    pending: float
    checks: int
    public_checks: int
    mistakes: tuple[MistakeAudit, ...]
    leaks: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "assignment": self.assignment,
            "ok": self.ok,
            "isolation": self.isolation,
            "reference_score": self.reference_score,
            "stub_scores": self.stub_scores,
            "points": self.points,
            "pending": self.pending,
            "checks": self.checks,
            "public_checks": self.public_checks,
            "mistakes": [
                {
                    "name": m.name,
                    "exercise": m.exercise,
                    "caught_by": list(m.caught_by),
                    "named_as": list(m.named_as),
                    "named_by_release": m.named_by_release,
                    "ok": m.ok,
                }
                for m in self.mistakes
            ],
            "leaks": list(self.leaks),
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """The findings for a person to read."""
        caught = sum(bool(m.caught_by) for m in self.mistakes)
        named = sum(m.ok for m in self.mistakes)
        at_home = sum(m.named_by_release for m in self.mistakes)
        stubs = ", ".join(f"{name} {_points(score)}" for name, score in self.stub_scores.items())
        head = [
            f"{self.assignment}: {'ok' if self.ok else 'NOT OK'} ({self.isolation})",
            f"  reference {_points(self.reference_score)} of {self.points:g}; stubs: {stubs}",
            f"  {self.checks} checks, {self.public_checks} public",
            f"  {len(self.mistakes)} mistakes: {caught} caught, {named} named as themselves, "
            f"{at_home} also named by the release alone",
            f"  leaks: {len(self.leaks) or 'none'}",
        ]
        return head + [f"  ! {problem}" for problem in self.problems] + [f"  - {note}" for note in self.notes]


def audit(course: Course, assignment_id: str, isolation: str = "bubblewrap", students: int = SEEDS) -> Audit:
    """Audit one assignment and its release. Raises: CourseError if either cannot be loaded.

    students: on how many students' hidden inputs the reference must pass.
    """
    checks, answers = load_live(course, assignment_id)
    folder = course.release_dir(assignment_id)
    public, recorded = load_released(folder, assignment_id)
    solution = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
    stubs = [folder / f"{assignment_id}.ipynb", folder / f"{assignment_id}.py"]
    unjudged = {check.name for check in checks if check.gpu} if gpu.find() is None else set()
    problems: list[str] = []
    with Grader(course, assignment_id, Options(isolation)) as grader:
        reference = grader.grade(Found("reference", solution, None))
        stub_reports = [grader.grade(Found(f"stub {path.suffix}", path, None)) for path in stubs]
    points = reference.max_score
    problems += _problems_of_scores(reference, stub_reports)
    problems += _false_failures(checks, answers, students)
    mistakes = _audit_mistakes(checks, answers, public, recorded)
    for m in mistakes:
        if not m.caught_by:
            problems.append(f"the mistake {m.name} ({m.exercise}) passes every check")
        elif not m.ok:
            problems.append(f"the mistake {m.name} ({m.exercise}) is named {', '.join(m.named_as) or 'nothing'}")
    caught_by = {name for m in mistakes for name in m.caught_by}
    untried = [check.name for check in checks if check.name not in caught_by and not check.gpu]
    problems += [f"no known mistake fails the check {name}" for name in untried]
    if [c.name for c in public] != [c.name for c in checks if c.public]:
        problems.append(
            f"the release's public checks are not those of solutions/; run: autograder build {assignment_id}"
        )
    leaks, outdated = _compare_release(course, assignment_id, {check.name for check in checks if check.costly})
    problems += [f"leak: {leak}" for leak in leaks]
    problems += [f"{name} is not what solutions/ gives; run: autograder build {assignment_id}" for name in outdated]
    hidden_only = [m.name for m in mistakes if m.caught_by and not m.named_by_release]
    notes = [f"named by hidden checks only: {', '.join(hidden_only)}"] if hidden_only else []
    mistaken = [m for m in mistakes if m.taken_for]
    if unjudged:
        notes.append(
            f"there is no GPU here, so {reference.pending:g} points are pending: {', '.join(sorted(unjudged))}"
        )
    notes += [f"without the hidden checks {m.name} is taken for {', '.join(m.taken_for)}" for m in mistaken]
    return Audit(
        assignment=assignment_id,
        isolation=isolation,
        reference_score=reference.score,
        stub_scores={path.suffix: r.score for path, r in zip(stubs, stub_reports, strict=True)},
        points=points,
        pending=reference.pending,
        checks=len(checks),
        public_checks=len(public),
        mistakes=mistakes,
        leaks=leaks,
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _compare_release(course: Course, assignment_id: str, trained: Collection[str]) -> tuple[tuple[str, ...], list[str]]:
    """What a build refuses to release, and the released files that differ from what a build gives."""
    try:
        files = derive(course, assignment_id)
    except Leak as leak:
        return leak.places, []
    folder = course.release_dir(assignment_id)
    outdated = [name for name, data in files.items() if (folder / name).read_bytes() != data]
    path = folder / "answers.npz"
    if path.name in outdated and RecordedAnswers(path, files[path.name]).agrees_with(RecordedAnswers(path), trained):
        outdated.remove(path.name)
    return (), outdated


def _problems_of_scores(reference: Report, stubs: list[Report]) -> Iterator[str]:
    if reference.max_score != 100:
        yield f"the checks' points sum to {reference.max_score:g}, not 100"
    for check in reference.checks:
        if check.status not in ("passed", "pending"):
            yield f"the reference does not pass {check.name}: {check.status}: {check.message}"
    for report in stubs:
        for check in report.checks:
            if check.status == "passed" or check.status == "error":
                yield f"the {report.submission} has {check.status} on {check.name}: {check.message}"


def _false_failures(checks: list[Check], answers: LiveAnswers, students: int) -> Iterator[str]:
    """What the reference does not pass on some student's hidden inputs. Checks that take seconds are left out."""
    for number in range(students):
        seed = _seed_of(number)
        for check in checks:
            if check.public or check.costly:
                continue
            outcome = answers.expected(check, seed)
            if outcome.status != "passed":
                yield f"the reference does not pass {check.name} as student {number}: {outcome.message}"


def _seed_of(student: int) -> bytes:
    return hashlib.sha256(f"audit {student}".encode()).digest()


def _audit_mistakes(
    checks: list[Check], answers: LiveAnswers, public: list[Check], recorded: Answers
) -> tuple[MistakeAudit, ...]:
    caught: dict[str, dict[str, None]] = {mistake.name: {} for mistake in answers.known}
    named: dict[str, dict[str, None]] = {mistake.name: {} for mistake in answers.known}
    for number in range(SEEDS):  # the outer loop: what a seed gives is computed once for all mistakes
        seed = _seed_of(number)
        for mistake in answers.known:
            # Who fails a check that takes seconds is of interest once; benchmarks.thresholds measures the rest.
            failed = {name for names in caught.values() for name in names}
            tried = [check for check in checks if not check.costly or (number == 0 and check.name not in failed)]
            for result in _judge_mistake(mistake, tried, answers, answers, seed):
                if result.status == "error":
                    raise CourseError(f"{result.name} cannot judge the mistake {mistake.name}: {result.message}")
                if result.status not in ("passed", "pending"):
                    caught[mistake.name][result.name] = None
                    if result.mistake is not None:
                        named[mistake.name][result.mistake] = None
    audits = []
    for mistake in answers.known:
        cheap = [check for check in public if not check.costly]
        at_home = {r.mistake for r in _judge_mistake(mistake, cheap, answers, recorded, PUBLIC_SEED)}
        others = tuple(sorted(name for name in at_home if name not in (None, mistake.name)))
        name = mistake.name
        audits.append(
            MistakeAudit(name, mistake.exercise, tuple(caught[name]), tuple(named[name]), name in at_home, others)
        )
    return tuple(audits)


def _judge_mistake(
    mistake: Mistake, checks: list[Check], live: LiveAnswers, answers: Answers, seed: bytes
) -> list[CheckResult]:
    """The results of its exercise's checks with a mistake in the student's place."""
    names = live.names | {mistake.exercise: mistake.implementation}

    @contextlib.contextmanager
    def student(check: Check, timeout_s: float, shared: bool) -> Iterator[Namespace]:
        reproducible.seed(process_seed(check, seed))
        yield Namespace(local(names))

    mine = [check for check in checks if check.exercise == mistake.exercise]
    return [result for exercise in judge(mine, student, answers, seed, 60.0) for result in exercise.checks]


def _points(score: float | None) -> str:
    return "not judged" if score is None else f"{score:g}"
