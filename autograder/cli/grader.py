"""The commands of an instructor with submissions: grade, report."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from autograder import arguments
from autograder.arguments import argument
from autograder.cli.export import FORMAT, no_commands, write_formats
from autograder.cli.shell import BELOW, GRADED, INTERRUPTED, STAFF, command, complain, say, usage
from autograder.course import Course
from autograder.errors import CourseError
from autograder.text import number

if TYPE_CHECKING:
    from autograder.grade import Options
    from autograder.pool import Workers
    from autograder.report import Report
    from autograder.terminal import Outline

_FAULTS_TOLD = 3
_REPORTS = argument("folder", type=arguments.folder, metavar="DIR", help="What `grade --out` wrote.")


@command(
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
    argument(
        "--cluster",
        metavar="ADDRESS",
        help="Grade on the workers of a Dask scheduler, such as tcp://scheduler:8786 (docs/cluster.md).",
    ),
    argument("--resume", action="store_true", help="Keep the reports that are in DIR already."),
    argument("--gpu", action="store_true", help="Judge what is pending for want of a GPU, in the reports of DIR."),
    argument(
        "--pass-at",
        type=arguments.points,
        metavar="SCORE",
        help="Exit with 1 if a score, with what is pending, is lower.",
    ),
    argument(
        "--timestamps",
        metavar="CSV|nbgrader",
        help="When each was handed in: a table with the columns student, submitted; or nbgrader's timestamp.txt.",
    ),
    FORMAT,
    argument("--gradebook", type=Path, metavar="DB", help="Write the grades into nbgrader's gradebook too."),
    argument("--seed", type=arguments.seed, metavar="HEX", help="Seed the hidden inputs with this, to replay a grade."),
)
def grade(
    paths: list[Path],
    assignment: str,
    out: Path,
    isolation: str,
    workers: int,
    cluster: str | None,
    resume: bool,
    gpu: bool,
    pass_at: float | None,
    timestamps: str | None,
    formats: list[str],
    gradebook: Path | None,
    seed: str | None,
) -> int:
    """Grade submissions, in a sandbox, and write one report each."""
    from autograder import hand_ins, pool
    from autograder.grade import Options
    from autograder.release import Release
    from autograder.terminal import Outline, console, progress, render_table
    from autograder.timestamps import stamped

    if cluster and workers:
        usage("--workers is for this machine: on a cluster it is as many as are there")
    course = Course.find(Path.cwd())
    course.remember_validation()
    assignment_id = course.assignment(assignment).id
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    try:
        found = hand_ins.find(paths, assignment_id, release)
        found = stamped(found, assignment_id, timestamps) if timestamps else found
    except CourseError as error:
        usage(str(error))
    if not found:
        usage(f"no submission of {assignment_id} in {', '.join(map(str, paths))}")
    nbgrader = _nbgrader(gradebook, assignment_id) if gradebook else None
    options = Options(isolation=isolation, workers=workers, seed=seed, resume=resume, gpu=gpu)
    started = time.monotonic()
    outlines: dict[str, Outline] = {}
    with no_commands():
        try:
            with contextlib.ExitStack() as stack:
                advance = stack.enter_context(progress(len(found), console(stderr=True)))

                def on_report(report: Report) -> None:
                    outlines[report.submission] = Outline.of(report)
                    advance(report)

                where = [stack.enter_context(_cluster(cluster, course, assignment_id, options))] if cluster else []
                reports = pool.grade_many(course, assignment_id, found, out, options, on_report, *where)
        except KeyboardInterrupt:
            complain(
                f"Interrupted. Finished reports are kept in {out}; the same command with --resume grades the rest."
            )
            return INTERRUPTED
        shown = [outlines[item.id] for item in found]
        render_table(shown, console())
        _summary(shown, out, time.monotonic() - started)
    write_formats(reports, formats, out)
    if nbgrader and gradebook:
        nbgrader.fill(course, assignment_id, found, reports, gradebook)
        say(f"{len(reports)} in {gradebook}; their notebooks in {course.root / 'autograded'}")
    return _code(shown, pass_at)


@command(_REPORTS)
def report(folder: Path) -> int:
    """Show the reports in DIR, and write pages for a browser into DIR/html."""
    from autograder.pages import write_pages
    from autograder.report import read_folder
    from autograder.terminal import console, render_report, render_table

    reports = read_folder(folder)
    with no_commands():
        if len(reports) == 1:
            render_report(reports[0], console())
        else:
            render_table(reports, console())
    say(f"{len(write_pages(reports, folder))} pages; begin with {folder / 'html' / 'index.html'}")
    return GRADED


def _nbgrader(gradebook: Path, assignment_id: str) -> ModuleType:
    """What fills this gradebook, which knows the assignment. Raises: CourseError."""
    try:
        from autograder.integrations.nbgrader import gradebook as nbgrader
    except ImportError as error:
        raise CourseError(f"--gradebook needs nbgrader: pip install 'autograder[notebook]' ({error})") from error
    nbgrader.require(assignment_id, gradebook)
    return nbgrader


def _cluster(address: str, course: Course, assignment_id: str, options: Options) -> AbstractContextManager[Workers]:
    """The workers there. Raises: CourseError."""
    try:
        from autograder.cluster import connect
    except ImportError as error:
        raise CourseError(f"--cluster needs Dask: pip install 'autograder[cluster]' ({error})") from error
    return connect(address, course, assignment_id, options)


def _summary(reports: Sequence[Outline], out: Path, duration_s: float) -> None:
    scores = [each.score for each in reports if each.score is not None]
    mean = f", mean score {number(sum(scores) / len(scores))}" if scores else ""
    faults = [f"{each.submission}: {each.fault}" for each in reports if each.fault is not None]
    say(f"{len(reports)} graded in {number(duration_s)} s{mean}; reports in {out}")
    if faults:
        complain(
            f"{len(faults)} could not be graded through no fault of the student: their score is null, see the reports"
        )
        for fault in faults[:_FAULTS_TOLD]:
            complain(f"  {fault[:300]}")


def _code(reports: Sequence[Outline], pass_at: float | None) -> int:
    if any(each.score is None for each in reports):
        return STAFF
    # What this machine could not judge is not lost.
    below = pass_at is not None and any((each.score or 0) + each.pending < pass_at for each in reports)
    return BELOW if below else GRADED
