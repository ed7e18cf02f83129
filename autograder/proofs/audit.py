"""Verifies that an assignment grades correctly: reference 100, stub 0, all mistakes caught and named, no leak."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from autograder import gpu
from autograder.authoring.build import derive
from autograder.authoring.leaks import Leak
from autograder.checking.answers import LiveAnswers, RecordedAnswers, load_live, load_released
from autograder.checking.declare import Check, Mistake, collect_standins
from autograder.checking.run import PUBLIC_SEED, Outcome, process_seed, run
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.proofs.coding_errors import global_randomness, unknown_names, unrepeatable
from autograder.proofs.indifferent import is_indifferent
from autograder.proofs.mistakes import SEEDS, MistakeAudit, audit_mistakes, seed_of
from autograder.proofs.standins import MOST_FIXED, MOST_POINTS, Earned, fixed_points, most_earned
from autograder.report.report import Report
from autograder.sandbox.child import determinism
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local


@dataclass(frozen=True)
class Audit:
    """The findings on one assignment. `problems` is empty if it may be released.

    unworked: what stand-ins earn in each exercise without doing its work. notes: findings that are no faults, such as
    mistakes that only hidden checks catch.
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
    unworked: tuple[Earned, ...] = ()
    problems: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    reference: Report | None = None  # with the results of all checks

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def unworked_points(self) -> float:
        """The most that a submission without an honest implementation earns."""
        return sum(each.points for each in self.unworked)

    def to_dict(self) -> dict[str, Any]:
        """The findings as data for JSON."""
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
            "unworked": {
                "points": self.unworked_points,
                "exercises": {
                    e.exercise: {"points": e.points, "of": e.of, "stand_in": e.name, "checks": list(e.checks)}
                    for e in self.unworked
                },
            },
            "leaks": list(self.leaks),
            "problems": list(self.problems),
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """The findings for a person to read."""
        caught = sum(bool(m.caught_by) for m in self.mistakes)
        named = sum(m.ok and not m.endless for m in self.mistakes)
        endless = sum(m.endless for m in self.mistakes)
        at_home = sum(m.named_by_release for m in self.mistakes)
        stubs = ", ".join(f"{name} {_points(score)}" for name, score in self.stub_scores.items())
        head = [
            f"{self.assignment}: {'ok' if self.ok else 'NOT OK'} ({self.isolation})",
            f"  reference {_points(self.reference_score)} of {self.points:g}; stubs: {stubs}",
            f"  {self.checks} checks, {self.public_checks} public",
            f"  {len(self.mistakes)} mistakes: {caught} caught, {named} named as themselves, "
            f"{at_home} also named by the release alone" + f", {endless} without an end" * bool(endless),
            f"  work without an honest implementation earns at most {self.unworked_points:g}",
            *(f"    {e.points:g} of {e.of:g} for {e.exercise}: {e.name}" for e in self.unworked if e.points),
            f"  leaks: {len(self.leaks) or 'none'}",
        ]
        return head + [f"  ! {problem}" for problem in self.problems] + [f"  - {note}" for note in self.notes]


def audit(course: Course, assignment_id: str, isolation: str = "bubblewrap", students: int = SEEDS) -> Audit:
    """Audit one assignment and its release. Raises: CourseError if either cannot be loaded.

    students: the number of students on whose inputs the reference must pass.
    """
    checks, answers = load_live(course, assignment_id)
    public, recorded = load_released(course.release_dir(assignment_id), assignment_id)
    reference, stubs = _graded(course, assignment_id, isolation)
    # If an exercise's own reference fails or does not end, nothing else about it can be verified.
    unsound = {
        each.name for each in reference.exercises if any(c.status not in ("passed", "pending") for c in each.checks)
    }
    sound = [check for check in checks if check.exercise not in unsound]
    mistakes = audit_mistakes(sound, answers, [check for check in public if check.exercise not in unsound], recorded)
    own = collect_standins(course.solutions_dir(assignment_id) / "standins.py", {check.exercise for check in checks})
    unworked = most_earned(sound, answers, own, seed_of(0))
    leaks, unbuilt = _compare_release(
        course, assignment_id, {check.name for check in checks if check.costly or check.timed}
    )
    problems = (
        *_problems_of_scores(reference, list(stubs.values())),
        *_problems_of_sources(course, assignment_id, sound, answers),
        *_false_failures(sound, answers, students),
        *_problems_of_mistakes(mistakes, sound),
        *_indifferent(sound, mistakes, answers),
        *_problems_of_public_checks(assignment_id, checks, public),
        *_problems_at_home(sound, public, answers, recorded),
        *_problems_of_points_without_work(sound, answers, unworked),
        *(f"leak: {leak}" for leak in leaks),
        *unbuilt,
    )
    return Audit(
        assignment=assignment_id,
        isolation=isolation,
        reference_score=reference.score,
        stub_scores={suffix: report.score for suffix, report in stubs.items()},
        points=reference.max_score,
        pending=reference.by_checks.pending,
        checks=len(checks),
        public_checks=len(public),
        mistakes=mistakes,
        leaks=leaks,
        unworked=unworked,
        problems=problems,
        notes=tuple(_notes(reference, checks, mistakes)),
        reference=reference,
    )


def _graded(course: Course, assignment_id: str, isolation: str) -> tuple[Report, dict[str, Report]]:
    """The reports on the reference and on the stubs, by file suffix."""
    solution = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
    stubs = [course.release_dir(assignment_id) / f"{assignment_id}{suffix}" for suffix in (".ipynb", ".py")]
    with Grader(course, assignment_id, Options(isolation)) as grader:
        reference = grader.grade(Found("reference", solution, None))
        return reference, {path.suffix: grader.grade(Found(f"stub {path.suffix}", path, None)) for path in stubs}


def _notes(reference: Report, checks: list[Check], mistakes: tuple[MistakeAudit, ...]) -> Iterator[str]:
    hidden_only = [m.name for m in mistakes if m.caught_by and not m.named_by_release]
    if hidden_only:
        yield f"named by hidden checks only: {', '.join(hidden_only)}"
    if written := reference.max_score - reference.by_checks.max_score:
        yield f"{written:g} of the points are for written answers, which a person gives"
    unjudged = sorted(check.name for check in checks if check.gpu) if gpu.find() is None else []
    if unjudged:
        yield f"there is no GPU here, so {reference.by_checks.pending:g} points are pending: {', '.join(unjudged)}"
    for m in mistakes:
        if m.taken_for:
            yield f"without the hidden checks {m.name} is taken for {', '.join(m.taken_for)}"


def _compare_release(course: Course, assignment_id: str, varying: Collection[str]) -> tuple[tuple[str, ...], list[str]]:
    """What a build refuses to release; and the build's other problems, or the files that differ from it."""
    remedy = f"is not what solutions/ gives; run: autograder build {assignment_id}"
    try:
        files = derive(course, assignment_id)
    except Leak as leak:
        return leak.places, []
    except CourseError as error:
        return (), [f"nothing can be released: {error}"]
    folder = course.release_dir(assignment_id)
    outdated = [name for name, data in files.items() if (folder / name).read_bytes() != data]
    path = folder / "answers.npz"
    if path.name in outdated and RecordedAnswers(path, files[path.name]).agrees_with(RecordedAnswers(path), varying):
        outdated.remove(path.name)
    return (), [f"{name} {remedy}" for name in outdated]


def _problems_of_scores(reference: Report, stubs: list[Report]) -> Iterator[str]:
    if reference.max_score != 100:
        yield f"the points sum to {reference.max_score:g}, not 100 with those of written answers"
    judged = reference.by_checks.checks
    failed = {check.name for check in judged if check.status not in ("passed", "pending")}
    for check in judged:
        if check.name in failed:
            yield f"the reference does not pass {check.name}: {check.status}: {check.message}"
    for report in stubs:
        for check in report.checks:
            if check.status in ("passed", "error") and check.name not in failed:
                yield f"the {report.submission} has {check.status} on {check.name}: {check.message}"


def _problems_of_mistakes(mistakes: tuple[MistakeAudit, ...], checks: list[Check]) -> Iterator[str]:
    yield from dict.fromkeys(coding_error for m in mistakes for coding_error in m.coding_errors)
    for m in mistakes:
        if m.endless and not m.caught_by:
            yield f"the mistake {m.name} ({m.exercise}) ends in every check, and raises= says that it does not"
        elif not m.caught_by and not m.coding_errors:
            yield f"the mistake {m.name} ({m.exercise}) passes every check"
        elif m.caught_by and not m.ok:
            yield f"the mistake {m.name} ({m.exercise}) is named {', '.join(m.named_as) or 'nothing'}"
    caught_by = {name for m in mistakes for name in m.caught_by}
    for check in checks:
        if check.name not in caught_by and not check.gpu:
            yield f"no known mistake fails the check {check.name}"


def _indifferent(checks: list[Check], mistakes: tuple[MistakeAudit, ...], answers: LiveAnswers) -> Iterator[str]:
    """The checks that no returned value fails. A known mistake that raises fails any check, so it does not count."""
    raising = {mistake.name for mistake in answers.known if mistake.raises}
    failed_by_a_value = {name for m in mistakes if m.name not in raising for name in m.caught_by}
    for check in checks:
        if not check.costly and check.name not in failed_by_a_value and is_indifferent(check, answers, seed_of(0)):
            yield f"the check {check.name} holds whatever the student's code returns: is the reference asked instead?"


def _problems_of_public_checks(assignment_id: str, checks: list[Check], public: list[Check]) -> Iterator[str]:
    if [check.name for check in public] != [check.name for check in checks if check.public]:
        yield f"the release's public checks are not those of solutions/; run: autograder build {assignment_id}"


def _problems_at_home(
    checks: list[Check], public: list[Check], answers: LiveAnswers, recorded: RecordedAnswers
) -> Iterator[str]:
    """Public checks with another result for a mistake at home, where the reference is a recording.

    A loop over parts that were not recorded has no iterations, so the check passes for everything. The recording tells
    whether a mistake fails the check in grading; comparing the release with its sources verifies the recording.
    """
    live = {check.name: check for check in checks if check.public and not check.costly}
    for check in (check for check in public if check.name in live):
        for mistake in (each for each in answers.known if each.exercise == check.exercise and not each.endless):
            if mistake.varies:
                graded = answers.with_mistake(mistake, live[check.name], PUBLIC_SEED)
            else:
                graded = recorded.with_mistake(mistake.name, check)
            if graded.status != "failed":
                continue
            home = _at_home(check, mistake, answers, recorded)
            if home.status == "passed":
                again = _at_home(check, mistake, answers, recorded)  # a mistake may keep state between runs
                if again.status == "passed":
                    yield f"at home the public check {check.name} holds for {mistake.name}, which fails it when graded"
            elif home.status == "error":
                yield f"at home the public check {check.name} breaks for {mistake.name}: {home.cause}"


def _at_home(check: Check, mistake: Mistake, answers: LiveAnswers, recorded: RecordedAnswers) -> Outcome:
    names = answers.names_with(mistake)
    determinism.seed(process_seed(check, PUBLIC_SEED))
    with answers.deadline(check, f"the mistake {mistake.name}"):
        return run(check, Namespace(Local(names)), recorded.reference(check), PUBLIC_SEED)


def _problems_of_points_without_work(
    checks: list[Check], answers: LiveAnswers, unworked: tuple[Earned, ...]
) -> Iterator[str]:
    total = sum(each.points for each in unworked)
    if total > MOST_POINTS:
        yield f"work without an honest implementation earns {total:g} points; {MOST_POINTS} are the most"
    for exercise, fixed in fixed_points(checks, answers, (seed_of(0), seed_of(1))).items():
        points = sum(check.points for check in fixed)
        of = sum(check.points for check in checks if check.exercise == exercise)
        if points > MOST_FIXED * of:
            names = ", ".join(check.name for check in fixed)
            yield (
                f"{points:g} of the {of:g} points of {exercise} are for inputs that are the same for every student "
                f"({names}); a fifth is the most"
            )


def _problems_of_sources(
    course: Course, assignment_id: str, checks: list[Check], answers: LiveAnswers
) -> Iterator[str]:
    """Problems visible in checks.py and course.yml, or by running a check twice with the same `rng`."""
    remedy = "take what is random from `rng`, or no grade can be replayed"
    read = list(global_randomness(course.solutions_dir(assignment_id) / "checks.py"))
    yield from (f"checks.py, line {line}: {name}; {remedy}" for line, name in read)
    for check in checks if not read else ():
        if not check.costly and unrepeatable(check, answers, seed_of(0)):
            yield f"the check {check.name} asks for something else when it runs again; {remedy}"
    yield from unknown_names(course.assignment(assignment_id).rules)


def _false_failures(checks: list[Check], answers: LiveAnswers, students: int) -> Iterator[str]:
    """The checks that the reference fails on some student's inputs. Checks that take seconds are left out."""
    failed: set[Check] = set()
    for number in range(students):
        seed = seed_of(number)
        for check in checks:
            if check.costly or check in failed:
                continue
            outcome = answers.expected(check, seed)
            if outcome.status != "passed":
                failed.add(check)
                yield f"the reference does not pass {check.name} as student {number}: {outcome.message}"


def _points(score: float | None) -> str:
    return "not judged" if score is None else f"{score:g}"
