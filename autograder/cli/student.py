"""The student's commands: check, status, submit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.export import FORMAT, no_commands, write_formats
from autograder.cli.shell import BELOW, GRADED, STAFF, command, complain, say, usage
from autograder.course.course import Course, NoCourse, UnknownName
from autograder.errors import CourseError, Failure
from autograder.text import misspelled, part_of

if TYPE_CHECKING:
    from autograder.report.report import ExerciseResult, Report
    from autograder.sandbox import Sandbox


@command(
    argument("assignment", nargs="?", metavar="ID", help="The assignment or its folder (default: all)."),
    argument("exercise", nargs="?", metavar="EXERCISE", help="Check only this exercise."),
    argument("--watch", action="store_true", help="Check again whenever a file is saved."),
    FORMAT,
    argument(
        "--out",
        type=arguments.new_folder,
        default=Path("results"),
        metavar="DIR",
        help="For --format (default: results).",
    ),
)
def check(assignment: str | None, exercise: str | None, watch: bool, formats: list[str], out: Path) -> int:
    """Check your own work against the public checks."""
    from autograder.sandbox import plain

    if watch and formats:
        usage("--format writes the results once; leave out --watch")
    # Start the sandbox first: it imports its modules on another core while this process imports its own.
    with plain.own() as sandbox:
        if sandbox.isolation == plain.NONE:
            say("This system cannot fork processes, so only the time of your code is limited; grading has more limits.")
        # A path decides the course, whatever the current folder is.
        course = Course.find(Path(assignment) if assignment and Path(assignment).exists() else Path.cwd())
        course.remember_validation()
        ids, exercise = _meant(course, assignment, exercise)
        with no_commands():
            code, reports, problems = _check_all(course, ids, exercise, sandbox)
        write_formats(reports, formats, out, problems)
        if watch:
            _watch(course, ids, exercise, sandbox, _View(reports))
            code = GRADED
    return code


@command()
def status() -> int:
    """Show the assignments, their deadlines, and the result of your last check of each."""
    from autograder.grading.own_work import remembered
    from autograder.views.terminal import console, render_status

    course = Course.find(Path.cwd())
    found = [(each, remembered(course, each.id)) for each in course.assignments]
    render_status(found, console(), datetime.now(UTC))
    say("The points are from your last check of the whole assignment, not of one exercise.")
    return GRADED


@command(
    argument("assignment", nargs="?", metavar="ID", help="The assignment (default: the one whose folder you are in)."),
    argument("--out", type=Path, metavar="DIR", help="The folder for the zip (default: the course's folder)."),
)
def submit(assignment: str | None, out: Path | None) -> int:
    """Make a zip of your work to hand in, and show what is in it."""
    from autograder.grading.own_work import worth_of
    from autograder.publish.hand_in import hand_in

    course = Course.find(Path.cwd())
    ids = [assignment] if assignment else _here(course)
    if len(ids) > 1:
        usage(f"say which assignment: autograder submit {ids[0]}")
    try:
        path, receipt, notes = hand_in(course, ids[0], out or course.root)
    except Failure as failure:
        complain(failure.message)
        return BELOW
    for note in notes:
        say(note)
    print(f"{path}\n  file:    {receipt.file}, {receipt.bytes} bytes\n  packed:  {receipt.time}")
    print(f"  written: {', '.join(receipt.written)}")
    if left := [name for name in worth_of(course, receipt.assignment) if name not in receipt.written]:
        print(f"  not yet: {', '.join(left)}")
    print(f"  sha256:  {receipt.sha256}")
    print("Hand in this zip. Its `receipt.json` says the same.")
    return GRADED


def _meant(course: Course, first: str | None, exercise: str | None) -> tuple[list[str], str | None]:
    """The requested assignments and exercise: `first` is an id, a path, or the name of an exercise.

    Raises: UnknownName if it is none of these, or if several assignments have this exercise.
    """
    from autograder.grading.own_work import worth_of

    ids = [each.id for each in course.assignments]
    if first is None or first in ids:
        return [first] if first else _here(course), exercise
    place = Path(first).absolute()
    if place.exists():
        folders = {each: course.release_dir(each).absolute() for each in ids}
        if inside := [each for each, folder in folders.items() if place.is_relative_to(folder)]:
            return inside, exercise
        if below := [each for each, folder in folders.items() if folder.is_relative_to(place) and folder.is_dir()]:
            return below, exercise
    elif place.suffix in (".ipynb", ".py"):
        raise UnknownName(
            f"There is no {first} in {Path.cwd()}. You can just name the assignment: autograder check {ids[0]}"
        )
    if exercise is None:
        having = [each for each in _here(course) if first in worth_of(course, each)]
        if len(having) == 1:
            return having, first
        if having:
            raise UnknownName(f"{' and '.join(having)} have an exercise {first}: say which, as in {having[0]} {first}")
        for each in _here(course) if not misspelled(first, ids) else ():
            if near := misspelled(first, worth_of(course, each)) or part_of(first, worth_of(course, each)):
                raise UnknownName(f"There is no exercise {first!r}; did you mean {near!r}, of {each}?")
    return [course.assignment(first).id], exercise


def _here(course: Course) -> list[str]:
    """The assignment whose folder is the current one, or else all released assignments."""
    here = Path.cwd().absolute()
    ids = [each.id for each in course.assignments]
    inside = [each for each in ids if here.is_relative_to(course.release_dir(each))]
    released = inside or [each for each in ids if course.release_dir(each).is_dir()]
    if not released:
        raise NoCourse(f"There is no assignment in {course.root / 'assignments'}.")
    return released


def _check_all(
    course: Course, ids: list[str], exercise: str | None, sandbox: Sandbox, view: _View | None = None
) -> tuple[int, list[Report], list[str]]:
    """Check and show each assignment. Returns the exit code, the reports, and the problems of work that was not graded.

    view: selects which exercises of each report are shown.
    """
    from autograder.grading.own_work import check_public, remember, worth_of
    from autograder.views.terminal import console, render_report

    code = GRADED
    reports: list[Report] = []
    problems: list[str] = []
    for assignment_id in ids:
        try:
            result = check_public(course, assignment_id, exercise, sandbox)
        except Failure as failure:  # the whole file, not one exercise
            again = any(problem.endswith(f": {failure.message}") for problem in problems)
            problems.append(f"{assignment_id}: {failure.message}")
            complain(f"{assignment_id}: the same" if again else problems[-1])
            code = max(code, BELOW)
            continue
        reports.append(result)
        render_report(result, console(), worth_of(course, assignment_id), view.of(result) if view else None)
        code = max(code, STAFF if result.needs_staff else GRADED if result.passed else BELOW)
        if exercise is None:  # points of one exercise would read as the points of the assignment
            try:
                remember(course, result)
            except CourseError as error:
                complain(f"`autograder status` will not know of this: {error}")
    return code, reports, problems


class _View:
    """Selects what `--watch` shows: the exercises whose verdicts changed last, until others change."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._last = {report.assignment: report for report in reports}
        self._shown: dict[str, frozenset[str]] = {}

    def of(self, report: Report) -> frozenset[str] | None:
        """The exercises to show; None, which means all, as long as nothing has changed."""
        last = self._last.get(report.assignment, report)  # missing if the file could not be read before
        before = {each.name: _verdict(each) for each in last.exercises}
        changed = frozenset(each.name for each in report.exercises if before.get(each.name) != _verdict(each))
        self._last[report.assignment] = report
        if changed:
            self._shown[report.assignment] = changed
        return self._shown.get(report.assignment)


def _verdict(exercise: ExerciseResult) -> list[tuple[str, str]]:
    return [(check.status, check.message) for check in exercise.checks]


def _watch(course: Course, ids: list[str], exercise: str | None, sandbox: Sandbox, view: _View) -> None:
    """Check again after each change until interrupted. An error of the course is shown, and can be fixed meanwhile."""
    from watchfiles import PythonFilter
    from watchfiles import watch as changes

    from autograder.views.terminal import console

    folders = [course.release_dir(each) for each in ids]
    say("Watching for changes; press Ctrl-C to stop.")
    try:
        for changed in changes(*folders, watch_filter=PythonFilter(extra_extensions=(".ipynb",))):
            touched = [
                each
                for each, folder in zip(ids, folders, strict=True)
                if any(Path(name).is_relative_to(folder.resolve()) for _, name in changed)
            ]
            console().clear()
            try:
                _check_all(course, touched or ids, exercise, sandbox, view)
            except CourseError as error:
                complain(str(error))
    except KeyboardInterrupt:
        return
