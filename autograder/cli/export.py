"""Exports reports for other programs: the command `export`, and the files and GitHub output of `grade --format`."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.manual import MANUAL, read_reports
from autograder.cli.shell import GRADED, STAFF, command, complain, print_file, say, usage
from autograder.course.course import Course, NoCourse, UnknownName
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.integrations import FORMATS
from autograder.tables import read_text
from autograder.text import installing, printable

if TYPE_CHECKING:
    from autograder.integrations.roster import Scored
    from autograder.report.report import Report

CANVAS, NBGRADER = "canvas", "nbgrader"
# Formats that fill in a table from the platform: which table this is, and how to export it there.
ROSTERS = {
    CANVAS: "the gradebook, as Canvas exports it (Grades > Export)",
    "moodle": "the grading worksheet of the assignment (Submissions > Actions > Download grading worksheet)",
    "brightspace": "the grades, as Brightspace exports them (Grades > Enter Grades > Export)",
    "blackboard": "the Grade Center's download (Work Offline > Download, with commas)",
}
FORMAT = argument(
    "--format",
    dest="formats",
    type=arguments.some_of(FORMATS),
    default=[],
    metavar="LIST",
    help=f"Also write DIR/FORMAT/ for each of these, comma-separated: {', '.join(FORMATS)}.",
)


@command(
    argument("folder", type=arguments.folder, metavar="DIR", help="The folder written by `grade --out`."),
    argument("--to", required=True, choices=[*FORMATS, *ROSTERS, NBGRADER], help="The format."),
    MANUAL,
    argument("--out", type=arguments.new_folder, metavar="FOLDER", help="Write files there instead of printing."),
    argument(
        "--roster", type=arguments.path, metavar="CSV", help=f"For {', '.join(ROSTERS)}: the table exported from it."
    ),
    argument("--column", metavar="TITLE", help="With --roster: the title or number of the assignment's column."),
)
def export(
    folder: Path, to: str, manual: Path | None, out: Path | None, roster: Path | None, column: str | None
) -> int:
    """Print the reports in DIR in another program's format, or write its files."""

    if to not in ROSTERS and (roster or column):
        usage(f"--roster and --column are for --to {', '.join(ROSTERS)}")
    reports = read_reports([folder], manual)
    code = GRADED
    if to in ROSTERS:
        if roster is None:
            usage(f"--to {to} needs --roster: {ROSTERS[to]}")
        files, code = roster_files(to, reports, roster, column)
    elif to == NBGRADER:
        files = {"grades.csv": _nbgrader_table(reports)}
    else:
        files = _documents(to, reports)
    if out is not None:
        _write(files, out)
    elif any("/" in name for name in files):
        usage(f"{to} writes a file for each submission, and {folder} has {len(reports)} reports: add --out FOLDER")
    else:
        print_file(next(iter(files.values())))
    return code


def write_formats(reports: Sequence[Report], formats: Sequence[str], out: Path, problems: Sequence[str] = ()) -> None:
    """Write a folder for each format next to the reports. Inside GitHub Actions, also annotate and summarize.

    problems: reasons why work could not be graded, which are in no report.
    """
    for each in formats:
        _write(_documents(each, reports), out / each)
    if "github" in formats and in_actions():
        _tell_runner(reports, problems)


def in_actions() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextlib.contextmanager
def no_commands() -> Iterator[None]:
    """Inside GitHub Actions, disable workflow commands: printed text, such as a name, could contain some."""
    if not in_actions():
        yield
        return
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        sys.stderr.flush()
        print(f"::{word}::", flush=True)


def _tell_runner(reports: Sequence[Report], problems: Sequence[str]) -> None:
    from autograder.integrations import github

    print(github.problems(problems) + github.render(reports), end="", flush=True)
    if reports:
        _append("GITHUB_STEP_SUMMARY", github.summary(reports))
    if len(reports) == 1:
        _append("GITHUB_OUTPUT", f"result={github.result(reports[0])}\n")


def _append(variable: str, text: str) -> None:
    """Append to the file named by this environment variable, if it is set."""
    if path := os.environ.get(variable):
        try:
            with open(path, "a", encoding="utf-8", errors="replace", newline="") as file:
                file.write(text)
        except OSError as error:
            raise CourseError(f"Cannot write {path}, which {variable} names: {error.strerror or error}") from error


def _documents(form: str, reports: Sequence[Report]) -> dict[str, str]:
    from autograder.integrations.documents import documents

    return documents(form, reports, os.environ, datetime.now(UTC))


def _write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        write_atomically(folder / name, text)
    say(f"{len(files)} {'file' if len(files) == 1 else 'files'} in {folder}")


def _nbgrader_table(reports: Sequence[Report]) -> str:
    try:
        from autograder.integrations.nbgrader import table
    except ImportError as error:
        raise CourseError(f"--to nbgrader needs it: {installing('instructor')} ({error})") from error
    return table.render(reports, Course.find(Path.cwd()))


def roster_files(to: str, reports: Sequence[Scored], roster: Path, column: str | None) -> tuple[dict[str, str], int]:
    """The file to import into one of ROSTERS, and the exit code. Prints problems and missing students."""
    from autograder.integrations import canvas
    from autograder.integrations import roster as others

    assignments = sorted({report.assignment for report in reports})
    if len(assignments) > 1:
        usage(f"the reports are of several assignments ({', '.join(assignments)}); {to} takes one column at a time")
    try:
        text, notes = read_text(roster)
    except CourseError as error:
        usage(str(error))
    for note in notes:
        complain(note)
    title = column or _title(assignments[0])
    if to == CANVAS:
        upload = canvas.render(reports, text, title)
    else:
        upload = others.render(reports, text, title, others.PLATFORMS[to])
    for problem in upload.problems:
        complain(problem)
    if upload.missing:
        say(printable(f"No submission of {len(upload.missing)}: {'; '.join(upload.missing)}"))
    return {f"{to}.csv": upload.text}, STAFF if upload.problems else GRADED


def _title(assignment: str) -> str:
    """The title from course.yml if there is one, else the id."""
    try:
        return Course.find(Path.cwd()).assignment(assignment).title
    except (NoCourse, UnknownName):
        return assignment
