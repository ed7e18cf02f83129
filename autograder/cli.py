"""The command line: the only module that prints or exits.

Exit codes: 0 done; 1 done, but a check does not hold, an audit found something, or a score is below --pass-at;
2 the request is at fault; 3 the course, the installation or a grader is, and staff must look; 130 interrupted.

Everything heavy is imported by the command that needs it, because students wait for `check`.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder.course import Course, NoCourse, UnknownName
from autograder.errors import CourseError, Failure

if TYPE_CHECKING:
    from autograder.report import Report
    from autograder.sandbox import Sandbox

GRADED, BELOW, USAGE, STAFF, INTERRUPTED = 0, 1, 2, 3, 130


class Isolation(StrEnum):
    bubblewrap = "bubblewrap"
    process = "process"


class ExportFormat(StrEnum):
    csv = "csv"


Id = Annotated[str | None, typer.Argument(metavar="ID", help="The assignment; all of them when left out.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Assignments; all of them when left out.")]
Reports = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="What `grade --out` wrote.")]

# Plain help and errors: rich's would cost every command 50 ms. Its tracebacks would show local variables, which may
# hold answers.
app = typer.Typer(
    name="autograder",
    help="Check, build and grade the assignments of a course.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def check(
    assignment: Id = None,
    exercise: Annotated[str | None, typer.Argument(metavar="EXERCISE", help="Only this exercise.")] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever a file is saved.")] = False,
) -> None:
    """Check your own work against the public checks."""
    from autograder.sandbox import Sandbox

    # First of all: its imports take as long as ours, on another core.
    with Sandbox(Isolation.process.value) as sandbox:
        course = Course.find(Path.cwd())
        course.remember_validation()
        ids = [course.assignment(assignment).id] if assignment else _here(course)
        code = _check_all(course, ids, exercise, sandbox)
        if watch:
            _watch(course, ids, exercise, sandbox)
            code = GRADED
    raise typer.Exit(code)


@app.command()
def status() -> None:
    """Show the assignments, when they are due, and what your last check of each found."""
    from autograder.status import load
    from autograder.terminal import console, render_status

    course = Course.find(Path.cwd())
    found = [(each, load(course, each.id)) for each in course.assignments]
    render_status(found, console(), datetime.now(UTC))


@app.command()
def build(ids: Ids = None) -> None:
    """Derive the student release of assignments from solutions/."""
    from autograder import author

    course = Course.find(Path.cwd())
    for assignment_id in _chosen(course, ids):
        _list(course, author.build(course, assignment_id))


@app.command()
def audit(
    ids: Ids = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, by assignment.")] = False,
) -> None:
    """Prove that assignments grade rightly: the reference, the stub and every known mistake."""
    import json

    from autograder.audit import audit as audit_one

    course = Course.find(Path.cwd())
    audits = {}
    for assignment_id in _chosen(course, ids):
        audits[assignment_id] = audit_one(course, assignment_id)
        if not as_json:
            for line in audits[assignment_id].lines():
                typer.echo(line)
    if as_json:
        typer.echo(json.dumps({key: each.to_dict() for key, each in audits.items()}, indent=1))
    raise typer.Exit(GRADED if all(each.ok for each in audits.values()) else BELOW)


@app.command()
def new(assignment: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as batch_norm.")]) -> None:
    """Begin a new assignment: solutions/ID with an example to change."""
    from autograder.skeleton import course_entry
    from autograder.skeleton import new as begin

    course = Course.find(Path.cwd())
    _list(course, begin(course, assignment))
    typer.echo(f"Add to {course.path.name}, under `assignments:`, then run `autograder build {assignment}`:", err=True)
    typer.echo(course_entry(assignment), err=True, nl=False)


@app.command()
def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", exists=True, help="Submissions: files, folders, or nbgrader's submitted/."),
    ],
    assignment: Annotated[str, typer.Option("--assignment", metavar="ID", help="The assignment to grade.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where the reports go.")],
    isolation: Annotated[
        Isolation, typer.Option("--isolation", help="`process` is no protection: only for code you trust.")
    ] = Isolation.bubblewrap,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Submissions at a time; one per core if unset.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Keep the reports that are in DIR already.")] = False,
    pass_at: Annotated[
        float | None,
        typer.Option(
            "--pass-at", metavar="SCORE", min=0, help="Exit with 1 if a score, with what is pending, is lower."
        ),
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="HEX", help="Seed the hidden inputs with this, to replay a grade.")
    ] = None,
) -> None:
    """Grade submissions, in a sandbox, and write one report each."""
    from autograder import pool, submission
    from autograder.grade import Options
    from autograder.release import Release
    from autograder.terminal import console, progress, render_table

    if seed is not None and not _is_hex(seed):
        _usage(f"--seed {seed!r} is not hexadecimal; copy the `seed` of a report")
    course = Course.find(Path.cwd())
    assignment_id = course.assignment(assignment).id
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    try:
        found = submission.find(paths, assignment_id, release)
    except CourseError as error:
        _usage(str(error))
    if not found:
        _usage(f"no submission of {assignment_id} in {', '.join(map(str, paths))}")
    options = Options(isolation=isolation.value, workers=workers or 0, seed=seed, resume=resume)
    started = time.monotonic()
    try:
        with progress(len(found), console(stderr=True)) as on_report:
            reports = pool.grade_many(course, assignment_id, found, out, options, on_report)
    except KeyboardInterrupt:
        _complain(f"Interrupted. Finished reports are kept in {out}; the same command with --resume grades the rest.")
        raise typer.Exit(INTERRUPTED) from None
    render_table(reports, console())
    _summary(reports, out, time.monotonic() - started)
    raise typer.Exit(_code(reports, pass_at))


@app.command()
def report(folder: Reports) -> None:
    """Show the reports in DIR, and write pages for a browser into DIR/html."""
    from autograder.pages import write_pages
    from autograder.report import read_folder
    from autograder.terminal import console, render_report, render_table

    reports = read_folder(folder)
    if len(reports) == 1:
        render_report(reports[0], console())
    else:
        render_table(reports, console())
    typer.echo(f"{len(write_pages(folder))} pages; begin with {folder / 'html' / 'index.html'}", err=True)


@app.command()
def export(
    folder: Reports,
    to: Annotated[ExportFormat, typer.Option("--to", help="The format.")],
) -> None:
    """Print the reports in DIR in another program's format."""
    from autograder.integrations import csv
    from autograder.report import read_folder

    renderers = {ExportFormat.csv: csv.render}
    # As bytes: a file that another program reads is UTF-8 with these line ends, whatever this terminal speaks.
    typer.echo(renderers[to](read_folder(folder)).encode("utf-8", "replace"), nl=False)


def main() -> NoReturn:
    """The entry point. Turns every fault that has a name into one message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show ✓ shows ?, and goes on
    try:
        app(prog_name="autograder")
    except (NoCourse, UnknownName) as error:
        _complain(str(error))
        sys.exit(USAGE)
    except CourseError as error:
        _complain(str(error))
        sys.exit(STAFF)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(GRADED)


def _chosen(course: Course, ids: list[str] | None) -> list[str]:
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
    typer.echo("Watching; press Ctrl-C to end.", err=True)
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
        typer.echo(path.relative_to(course.root) if path.is_relative_to(course.root) else path)


def _summary(reports: list[Report], out: Path, duration_s: float) -> None:
    from autograder.text import number

    scores = [each.score for each in reports if each.score is not None]
    mean = f", mean score {number(sum(scores) / len(scores))}" if scores else ""
    staff = len(reports) - len(scores)
    typer.echo(f"{len(reports)} graded in {number(duration_s)} s{mean}; reports in {out}", err=True)
    if staff:
        _complain(f"{staff} could not be graded through no fault of the student: their score is null, see the reports")


def _code(reports: list[Report], pass_at: float | None) -> int:
    if any(each.needs_staff for each in reports):
        return STAFF
    # What this machine could not judge is not lost.
    below = pass_at is not None and any((each.score or 0) + each.pending < pass_at for each in reports)
    return BELOW if below else GRADED


def _is_hex(text: str) -> bool:
    try:
        return bool(bytes.fromhex(text))
    except ValueError:
        return False


def _complain(message: str) -> None:
    typer.secho(message, err=True, fg="red" if "NO_COLOR" not in os.environ else None)


def _usage(message: str) -> NoReturn:
    _complain(message)
    raise typer.Exit(USAGE)
