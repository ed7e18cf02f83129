"""The command line: the only module that prints or exits.

Exit codes: 0 done; 1 done, but a check does not hold, an audit found something, or a score is below --pass-at;
2 the request is at fault; 3 the course, the installation or a grader is, and staff must look; 130 interrupted.

Everything heavy is imported by the command that needs it, because students wait for `check`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from autograder import arguments
from autograder.arguments import Argument, Command, argument
from autograder.course import Course, NoCourse, UnknownName
from autograder.errors import CourseError, Failure
from autograder.text import number, printable

if TYPE_CHECKING:
    from autograder.report import Report
    from autograder.sandbox import Sandbox

GRADED, BELOW, USAGE, STAFF, INTERRUPTED = 0, 1, 2, 3, 130

_F = TypeVar("_F", bound=Callable[..., int])
_COMMANDS: dict[str, Command] = {}


def _command(*declared: Argument) -> Callable[[_F], _F]:
    """Declare a command: called as its function, explained by the docstring; it returns the exit code."""

    def declare(function: _F) -> _F:
        _COMMANDS[function.__name__] = function, declared
        return function

    return declare


_IDS = argument("ids", nargs="*", metavar="ID", help="Assignments; all of them when left out.")
_REPORTS = argument("folder", type=arguments.folder, metavar="DIR", help="What `grade --out` wrote.")


@_command(
    argument("assignment", nargs="?", metavar="ID", help="The assignment; all of them when left out."),
    argument("exercise", nargs="?", metavar="EXERCISE", help="Only this exercise."),
    argument("--watch", action="store_true", help="Check again whenever a file is saved."),
)
def check(assignment: str | None, exercise: str | None, watch: bool) -> int:
    """Check your own work against the public checks."""
    from autograder.sandbox import Sandbox

    # First of all: its imports take as long as ours, on another core.
    with Sandbox("process") as sandbox:
        course = Course.find(Path.cwd())
        course.remember_validation()
        ids = [course.assignment(assignment).id] if assignment else _here(course)
        code = _check_all(course, ids, exercise, sandbox)
        if watch:
            _watch(course, ids, exercise, sandbox)
            code = GRADED
    return code


@_command()
def status() -> int:
    """Show the assignments, when they are due, and what your last check of each found."""
    from autograder.status import load
    from autograder.terminal import console, render_status

    course = Course.find(Path.cwd())
    found = [(each, load(course, each.id)) for each in course.assignments]
    render_status(found, console(), datetime.now(UTC))
    return GRADED


@_command(_IDS)
def build(ids: list[str]) -> int:
    """Derive the student release of assignments from solutions/."""
    from autograder import author

    course = Course.find(Path.cwd())
    for assignment_id in _chosen(course, ids):
        _list(course, author.build(course, assignment_id))
    return GRADED


@_command(
    _IDS,
    argument("--json", dest="as_json", action="store_true", help="Print one JSON object, by assignment."),
)
def audit(ids: list[str], as_json: bool) -> int:
    """Prove that assignments grade rightly: the reference, the stub and every known mistake."""
    import json

    from autograder.audit import audit as audit_one

    course = Course.find(Path.cwd())
    audits = {}
    for assignment_id in _chosen(course, ids):
        audits[assignment_id] = audit_one(course, assignment_id)
        if not as_json:
            for line in audits[assignment_id].lines():
                print(line)
    if as_json:
        print(json.dumps({key: each.to_dict() for key, each in audits.items()}, indent=1))
    return GRADED if all(each.ok for each in audits.values()) else BELOW


@_command(argument("assignment", metavar="ID", help="Its id, such as batch_norm."))
def new(assignment: str) -> int:
    """Begin a new assignment: solutions/ID with an example to change."""
    from autograder.skeleton import course_entry
    from autograder.skeleton import new as begin

    course = Course.find(Path.cwd())
    _list(course, begin(course, assignment))
    _say(f"Add to {course.path.name}, under `assignments:`, then run `autograder build {assignment}`:")
    _say(course_entry(assignment).rstrip("\n"))
    return GRADED


@_command(
    argument(
        "paths",
        nargs="+",
        type=arguments.path,
        metavar="PATH",
        help="Submissions: files, folders, or nbgrader's submitted/.",
    ),
    argument("--assignment", required=True, metavar="ID", help="The assignment to grade."),
    argument("--out", required=True, type=arguments.new_folder, metavar="DIR", help="Where the reports go."),
    argument(
        "--isolation",
        choices=["bubblewrap", "process"],
        default="bubblewrap",
        help="`process` is no protection: only for code you trust.",
    ),
    argument(
        "--workers",
        type=arguments.whole_number,
        default=0,
        metavar="N",
        help="Submissions at a time; one per core if unset.",
    ),
    argument("--resume", action="store_true", help="Keep the reports that are in DIR already."),
    argument(
        "--pass-at",
        type=arguments.points,
        metavar="SCORE",
        help="Exit with 1 if a score, with what is pending, is lower.",
    ),
    argument("--seed", type=arguments.seed, metavar="HEX", help="Seed the hidden inputs with this, to replay a grade."),
)
def grade(
    paths: list[Path],
    assignment: str,
    out: Path,
    isolation: str,
    workers: int,
    resume: bool,
    pass_at: float | None,
    seed: str | None,
) -> int:
    """Grade submissions, in a sandbox, and write one report each."""
    from autograder import pool, submission
    from autograder.grade import Options
    from autograder.release import Release
    from autograder.terminal import console, progress, render_table

    course = Course.find(Path.cwd())
    assignment_id = course.assignment(assignment).id
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    try:
        found = submission.find(paths, assignment_id, release)
    except CourseError as error:
        _usage(str(error))
    if not found:
        _usage(f"no submission of {assignment_id} in {', '.join(map(str, paths))}")
    options = Options(isolation=isolation, workers=workers, seed=seed, resume=resume)
    started = time.monotonic()
    try:
        with progress(len(found), console(stderr=True)) as on_report:
            reports = pool.grade_many(course, assignment_id, found, out, options, on_report)
    except KeyboardInterrupt:
        _complain(f"Interrupted. Finished reports are kept in {out}; the same command with --resume grades the rest.")
        return INTERRUPTED
    render_table(reports, console())
    _summary(reports, out, time.monotonic() - started)
    return _code(reports, pass_at)


@_command(_REPORTS)
def report(folder: Path) -> int:
    """Show the reports in DIR, and write pages for a browser into DIR/html."""
    from autograder.pages import write_pages
    from autograder.report import read_folder
    from autograder.terminal import console, render_report, render_table

    reports = read_folder(folder)
    if len(reports) == 1:
        render_report(reports[0], console())
    else:
        render_table(reports, console())
    _say(f"{len(write_pages(folder))} pages; begin with {folder / 'html' / 'index.html'}")
    return GRADED


@_command(_REPORTS, argument("--to", required=True, choices=["csv"], help="The format."))
def export(folder: Path, to: str) -> int:
    """Print the reports in DIR in another program's format."""
    from autograder.integrations import csv
    from autograder.report import read_folder

    renderers = {"csv": csv.render}
    # As bytes: a file that another program reads is UTF-8 with these line ends, whatever this terminal speaks.
    sys.stdout.buffer.write(renderers[to](read_folder(folder)).encode("utf-8", "replace"))
    return GRADED


def main() -> NoReturn:
    """The entry point. Turns every fault that has a name into one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show ✓ shows ?, and goes on
    code = GRADED
    try:
        function, options = arguments.parse(sys.argv[1:], _COMMANDS)
        code = function(**options)
        sys.stdout.flush()
    except (NoCourse, UnknownName) as error:
        _complain(str(error))
        code = USAGE
    except CourseError as error:
        _complain(str(error))
        code = STAFF
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; what is still buffered goes nowhere
        code = BELOW
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _chosen(course: Course, ids: list[str]) -> list[str]:
    return [course.assignment(each).id for each in ids or [each.id for each in course.assignments]]


def _here(course: Course) -> list[str]:
    """The assignment whose folder we are in, else all that the student has."""
    here = Path.cwd().absolute()
    ids = [each.id for each in course.assignments]
    inside = [each for each in ids if here.is_relative_to(course.release_dir(each))]
    released = inside or [each for each in ids if course.release_dir(each).is_dir()]
    if not released:
        raise NoCourse(f"There is no assignment in {course.root / 'assignments'}.")
    return released


def _check_all(course: Course, ids: list[str], exercise: str | None, sandbox: Sandbox) -> int:
    from autograder.grade import check_public
    from autograder.status import save
    from autograder.terminal import console, render_report

    code = GRADED
    for assignment_id in ids:
        try:
            result = check_public(course, assignment_id, exercise, sandbox)
        except Failure as failure:  # the whole file, not one exercise
            _complain(f"{assignment_id}: {failure.message}")
            code = max(code, BELOW)
            continue
        render_report(result, console())
        code = max(code, STAFF if result.needs_staff else GRADED if result.passed else BELOW)
        if exercise is None:  # points of one exercise would read as the points of the assignment
            try:
                save(course, result)
            except CourseError as error:
                _complain(f"`autograder status` will not know of this: {error}")
    return code


def _watch(course: Course, ids: list[str], exercise: str | None, sandbox: Sandbox) -> None:
    """Check again after each change until interrupted; a course fault is shown and may be mended meanwhile."""
    from watchfiles import PythonFilter
    from watchfiles import watch as changes

    from autograder.terminal import console

    folders = [course.release_dir(each) for each in ids]
    _say("Watching; press Ctrl-C to end.")
    try:
        for changed in changes(*folders, watch_filter=PythonFilter(extra_extensions=(".ipynb",))):
            touched = [
                each
                for each, folder in zip(ids, folders, strict=True)
                if any(Path(name).is_relative_to(folder.resolve()) for _, name in changed)
            ]
            console().clear()
            try:
                _check_all(course, touched or ids, exercise, sandbox)
            except CourseError as error:
                _complain(str(error))
    except KeyboardInterrupt:
        return


def _list(course: Course, paths: list[Path]) -> None:
    for path in paths:
        print(path.relative_to(course.root) if path.is_relative_to(course.root) else path)


def _summary(reports: list[Report], out: Path, duration_s: float) -> None:
    scores = [each.score for each in reports if each.score is not None]
    mean = f", mean score {number(sum(scores) / len(scores))}" if scores else ""
    staff = len(reports) - len(scores)
    _say(f"{len(reports)} graded in {number(duration_s)} s{mean}; reports in {out}")
    if staff:
        _complain(f"{staff} could not be graded through no fault of the student: their score is null, see the reports")


def _code(reports: list[Report], pass_at: float | None) -> int:
    if any(each.needs_staff for each in reports):
        return STAFF
    # What this machine could not judge is not lost.
    below = pass_at is not None and any((each.score or 0) + each.pending < pass_at for each in reports)
    return BELOW if below else GRADED


def _say(message: str) -> None:
    """To stderr: what is not the command's result."""
    print(message, file=sys.stderr, flush=True)


def _complain(message: str) -> None:
    """A fault, in red where somebody may see it. It may quote what a student named or wrote."""
    message = printable(message)
    _say(f"\033[31m{message}\033[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else message)


def _usage(message: str) -> NoReturn:
    _complain(message)
    sys.exit(USAGE)
