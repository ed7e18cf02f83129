"""The instructor's commands for submissions: grade, report, mistake, similar."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.export import FORMAT, no_commands, write_formats
from autograder.cli.manual import MANUAL, read_reports
from autograder.cli.shell import BELOW, GRADED, INTERRUPTED, STAFF, command, complain, say, usage
from autograder.course.course import Course, FoundMistake
from autograder.errors import CourseError
from autograder.text import did_you_mean, installing, number, printable, shortened

if TYPE_CHECKING:
    from autograder.grading.options import Options
    from autograder.grading.pool import Workers
    from autograder.intake.find import Found
    from autograder.report.report import Report
    from autograder.sandbox import Sandbox
    from autograder.submission.release import Release
    from autograder.views.terminal import Outline

_FAULTS_TOLD = 3
_REPORTS = argument("folder", type=arguments.folder, metavar="DIR", help="The folder written by `grade --out`.")


@command(
    argument(
        "paths",
        nargs="+",
        type=arguments.path,
        metavar="PATH",
        help="Submissions: files, folders, a learning platform's download (zipped or not), nbgrader's submitted/.",
    ),
    argument("--assignment", required=True, metavar="ID", help="The assignment to grade."),
    argument("--out", required=True, type=arguments.new_folder, metavar="DIR", help="The folder for the reports."),
    argument(
        "--isolation",
        choices=["bubblewrap", "process"],
        default="bubblewrap",
        help="`process` is not a sandbox: use it only for code you trust.",
    ),
    argument(
        "--workers",
        type=arguments.whole_number,
        default=0,
        metavar="N",
        help="Number of submissions to grade at a time (default: one per core).",
    ),
    argument(
        "--cluster",
        metavar="ADDRESS",
        help="Grade on the workers of a Dask scheduler, such as tcp://scheduler:8786 (docs/cluster.md).",
    ),
    argument("--resume", action="store_true", help="Keep the reports that are already in DIR, and grade the rest."),
    argument("--gpu", action="store_true", help="Grade the checks in the reports of DIR that wait for a GPU."),
    argument(
        "--pass-at",
        type=arguments.points,
        metavar="SCORE",
        help="Exit with 1 if a score, including pending points, is lower.",
    ),
    argument(
        "--timestamps",
        metavar="CSV|nbgrader",
        help="Hand-in times: a table with the columns student and submitted, or nbgrader's timestamp.txt files.",
    ),
    FORMAT,
    argument("--gradebook", type=Path, metavar="DB", help="Also write the grades to nbgrader's gradebook."),
    argument("--seed", type=arguments.seed, metavar="HEX", help="Seed for the hidden inputs, to replay a grade."),
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
    """Grade submissions in a sandbox, and write a report for each."""
    from autograder.grading.options import Options, shared_template

    if cluster and workers:
        usage("--workers is for this machine only; a cluster uses all of its workers")
    course = Course.find(Path.cwd())
    graded = course.assignment(assignment)
    assignment_id = graded.id
    options = Options(isolation=isolation, workers=workers, seed=seed, resume=resume, gpu=gpu)
    with contextlib.ExitStack() as stack:
        # Start the sandbox first: it gets ready while this process imports the rest and reads the submissions.
        template = None if cluster else stack.enter_context(shared_template(graded, options))
        unpacked = stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))

        from autograder.authoring import stale
        from autograder.submission.release import Release
        from autograder.views.terminal import console, render_table

        course.remember_validation()
        release = Release.load(course.release_dir(assignment_id), assignment_id)
        found = _handed_in(paths, assignment_id, release, Path(unpacked), timestamps)
        nbgrader = _nbgrader(gradebook, release) if gradebook else None
        started = time.monotonic()
        with no_commands():
            try:
                reports, shown = _graded(course, assignment_id, found, out, options, cluster, template)
            except KeyboardInterrupt:
                complain(
                    f"Interrupted. Finished reports are kept in {out}; the same command with --resume grades the rest."
                )
                return INTERRUPTED
            render_table(shown, console())
            _summary(shown, out, time.monotonic() - started)
        for warning in stale.warnings(course, release, reports[0]):
            complain(warning)
        write_formats(reports, formats, out)
        if nbgrader and gradebook:
            nbgrader.fill(course, assignment_id, found, reports, gradebook)
            say(f"{len(reports)} in {gradebook}; their notebooks in {course.root / 'autograded'}")
        return _code(shown, pass_at)


def _handed_in(
    paths: list[Path], assignment_id: str, release: Release, unpacked: Path, timestamps: str | None
) -> Sequence[Found]:
    """The submissions in these paths, at least one. unpacked: a folder to unpack archives into."""
    from autograder.intake import find as hand_ins
    from autograder.intake.timestamps import stamped

    try:
        found = hand_ins.find(paths, assignment_id, release, unpacked)
        hand_ins.require_work(found, paths)
        found = stamped(found, assignment_id, timestamps) if timestamps else found
    except CourseError as error:
        usage(str(error))
    if timestamps and (unknown := [item.id for item in found if item.path and not item.submitted]):
        complain(f"The hand-in time is not known for {shortened(unknown)}; a note in the report says why.")
    if not found:
        usage(f"no submission of {assignment_id} in {', '.join(map(str, paths))}")
    return found


def _graded(
    course: Course,
    assignment_id: str,
    found: Sequence[Found],
    out: Path,
    options: Options,
    address: str | None,
    template: Sandbox | None,
) -> tuple[Sequence[Report], list[Outline]]:
    """Grade with a progress bar. Returns the reports, each read when it is accessed, and an outline of each.

    address: of a cluster. template: of this machine's workers, if there is one.
    """
    from autograder.grading import pool
    from autograder.views.terminal import Outline, console, progress

    outlines: dict[str, Outline] = {}
    with contextlib.ExitStack() as stack:
        advance = stack.enter_context(progress(len(found), console(stderr=True)))

        def on_report(report: Report) -> None:
            outlines[report.submission] = Outline.of(report)
            advance(report)

        cluster = stack.enter_context(_cluster(address, course, assignment_id, options)) if address else None
        reports = pool.grade_many(course, assignment_id, found, out, options, on_report, cluster, template)
    return reports, [outlines[item.id] for item in found]


@command(_REPORTS, MANUAL)
def report(folder: Path, manual: Path | None) -> int:
    """Show the reports in DIR, and write web pages: DIR/html for staff, DIR/students to give back."""
    from autograder.views.pages import write_pages, write_student_pages
    from autograder.views.terminal import console, render_report, render_table

    reports = read_reports([folder], manual)
    with no_commands():
        if len(reports) == 1:
            render_report(reports[0], console())
        else:
            render_table(reports, console())
    say(f"{len(write_pages(reports, folder))} pages; begin with {folder / 'html' / 'index.html'}, which is for staff")
    say(f"A page for each student, without hidden details: {write_student_pages(reports, folder)}")
    return GRADED


@command(
    argument("action", choices=["new"], help="`new`: name a failure that no known mistake describes."),
    argument("exercise", metavar="EXERCISE", help="The failing exercise."),
    argument(
        "--from",
        dest="source",
        required=True,
        type=arguments.path,
        metavar="PATH",
        help="A report with this failure, such as graded/alice.json, or the reports' folder with --submission.",
    ),
    argument("--submission", metavar="NAME", help="The submission, if --from is a folder."),
    argument("--says", required=True, metavar="TEXT", help="The sentence that students read."),
    argument("--name", metavar="NAME", help="The mistake's name, such as adam_divides_twice."),
)
def mistake(action: str, exercise: str, source: Path, submission: str | None, says: str, name: str | None) -> int:
    """Name a failure that no known mistake describes: all students with the same results read its sentence."""
    from autograder.checking.declare import collect_mistakes
    from autograder.report.store import file_name, read

    if source.is_dir() and submission is None:
        usage(f"{source} is a folder: name a report in it with --submission")
    file = source / file_name(submission or "") if source.is_dir() else source
    if not file.is_file():
        usage(f"there is no report on {submission} in {source}")
    shown = read(file)
    digest = next((each.digest for each in shown.exercises if each.name == exercise), None)
    if digest is None:
        names = [each.name for each in shown.exercises]
        usage(f"{shown.assignment} has no exercise {exercise!r}{did_you_mean(exercise, names)}")
    if not digest:
        usage(
            f"{file} has no unnamed failure of {exercise}: it passes, is not written, matches a known mistake, or "
            "passes its public checks"
        )
    if not says.strip():
        usage("--says is empty; write what students should look at")
    name = name or f"{exercise.lower()}_{digest[:6]}"
    if not name.isidentifier():
        usage(f"{name!r} is not a valid name; write one such as {exercise.lower()}_divides_twice")
    course = Course.find(Path.cwd())
    mistakes = course.solutions_dir(course.assignment(shown.assignment).id) / "mistakes.py"
    if mistakes.is_file() and any(each.name == name for each in collect_mistakes(mistakes)):
        usage(f"{mistakes} already has a mistake {name}; choose another name with --name")
    found = FoundMistake(name, exercise, says.strip(), digest, shown.submission)
    say(f"{name} is in {course.add_found(shown.assignment, found)}; `autograder report` shows it to its whole group.")
    return GRADED


@command(
    argument("paths", nargs="+", type=arguments.path, metavar="PATH", help="Submissions, as for `grade`."),
    argument("--assignment", required=True, metavar="ID", help="Their assignment."),
    argument("--most", type=arguments.whole_number, default=20, metavar="N", help="Number of pairs to list (20)."),
)
def similar(paths: list[Path], assignment: str, most: int) -> int:
    """List the most similar pairs of submissions, for review; this is not a verdict."""
    from autograder.submission.release import Release

    course = Course.find(Path.cwd())
    assignment_id = course.assignment(assignment).id
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    try:
        from autograder.grading.similar import alike
    except ImportError as error:
        raise CourseError(f"`similar` needs copydetect: {installing('similar')} ({error})") from error
    with tempfile.TemporaryDirectory(prefix="autograder-") as unpacked:
        result = alike(_handed_in(paths, assignment_id, release, Path(unpacked), None), release, most)
    for pair in result.pairs:
        shares = f"{100 * pair.of_one:.0f} % of {pair.one}\t{100 * pair.of_other:.0f} % of {pair.other}"
        print(printable(f"{shares}\t{pair.tokens} tokens"))
    say(
        f"The most similar of {result.compared} submissions, not counting the release's code. The median pair shares "
        f"{100 * result.typical:.0f} %, so values near that mean nothing. This is not a verdict: read both."
    )
    for reason in result.left_out:
        complain(f"not compared: {reason}")
    return GRADED


def _nbgrader(gradebook: Path, release: Release) -> ModuleType:
    """The module that fills this gradebook. Raises: CourseError if the gradebook does not match the release."""
    try:
        from autograder.integrations.nbgrader import gradebook as nbgrader
    except ImportError as error:
        raise CourseError(f"--gradebook needs nbgrader: {installing('instructor')} ({error})") from error
    nbgrader.require(release, gradebook)
    return nbgrader


def _cluster(address: str, course: Course, assignment_id: str, options: Options) -> AbstractContextManager[Workers]:
    """The cluster's workers. Raises: CourseError."""
    try:
        from autograder.grading.cluster import connect
    except ImportError as error:
        raise CourseError(f"--cluster needs Dask: {installing('cluster')} ({error})") from error
    return connect(address, course, assignment_id, options)


def _summary(reports: Sequence[Outline], out: Path, duration_s: float) -> None:
    scores = [each.score for each in reports if each.score is not None]
    mean = f", mean score {number(sum(scores) / len(scores))}" if scores else ""
    faults = [f"{each.submission}: {each.fault}" for each in reports if each.fault is not None]
    say(f"{len(reports)} graded in {number(duration_s)} s{mean}; reports in {out}")
    if waiting := sum(each.by_hand > 0 for each in reports):
        most = number(max(each.by_hand for each in reports))
        say(f"{waiting} have written answers to grade by hand, up to {most} points each: see docs/written-answers.md")
    if faults:
        complain(
            f"{len(faults)} could not be graded, through no fault of the student: their score is null; see the reports"
        )
        for fault in faults[:_FAULTS_TOLD]:
            complain(f"  {fault[:300]}")


def _code(reports: Sequence[Outline], pass_at: float | None) -> int:
    if any(each.score is None for each in reports):
        return STAFF
    # Points that this machine could not grade are not lost.
    below = pass_at is not None and any((each.score or 0) + each.pending < pass_at for each in reports)
    return BELOW if below else GRADED
