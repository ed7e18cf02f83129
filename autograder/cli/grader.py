"""The commands of an instructor with submissions: grade, report, mistake, similar."""

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
_REPORTS = argument("folder", type=arguments.folder, metavar="DIR", help="What `grade --out` wrote.")


@command(
    argument(
        "paths",
        nargs="+",
        type=arguments.path,
        metavar="PATH",
        help="Submissions: files, folders, the download of a learning platform (zipped or not), nbgrader's submitted/.",
    ),
    argument("--assignment", required=True, metavar="ID", help="The assignment to grade."),
    argument("--out", required=True, type=arguments.new_folder, metavar="DIR", help="Where the reports go."),
    argument(
        "--isolation",
        choices=["bubblewrap", "process"],
        default="bubblewrap",
        help="`process` does not protect: only for code you trust.",
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
    from autograder.grading.options import Options, shared_template

    if cluster and workers:
        usage("--workers is for this machine: on a cluster it is as many as are there")
    course = Course.find(Path.cwd())
    graded = course.assignment(assignment)
    assignment_id = graded.id
    options = Options(isolation=isolation, workers=workers, seed=seed, resume=resume, gpu=gpu)
    with contextlib.ExitStack() as stack:
        # First of all: the sandbox gets ready while we import the rest and read what was handed in.
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
                reports, shown = _graded(course, assignment_id, found, out, options, cluster or template)
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
    """The submissions in these paths, at least one. unpacked: a folder for what archives hold."""
    from autograder.intake import find as hand_ins
    from autograder.intake.timestamps import stamped

    try:
        found = hand_ins.find(paths, assignment_id, release, unpacked)
        hand_ins.require_work(found, paths)
        found = stamped(found, assignment_id, timestamps) if timestamps else found
    except CourseError as error:
        usage(str(error))
    if timestamps and (unknown := [item.id for item in found if item.path and not item.submitted]):
        complain(f"When the work of {shortened(unknown)} was handed in is not known; a note in the report says why.")
    if not found:
        usage(f"no submission of {assignment_id} in {', '.join(map(str, paths))}")
    return found


def _graded(
    course: Course,
    assignment_id: str,
    found: Sequence[Found],
    out: Path,
    options: Options,
    where: str | Sandbox | None,
) -> tuple[Sequence[Report], list[Outline]]:
    """The reports, each read when it is asked for, and an outline of each; meanwhile there is a progress bar.

    where: the address of a cluster, or the template of this machine's workers, if there is one.
    """
    from autograder.grading import pool
    from autograder.views.terminal import Outline, console, progress

    outlines: dict[str, Outline] = {}
    with contextlib.ExitStack() as stack:
        advance = stack.enter_context(progress(len(found), console(stderr=True)))

        def on_report(report: Report) -> None:
            outlines[report.submission] = Outline.of(report)
            advance(report)

        cluster = template = None
        if isinstance(where, str):
            cluster = stack.enter_context(_cluster(where, course, assignment_id, options))
        else:
            template = where
        reports = pool.grade_many(course, assignment_id, found, out, options, on_report, cluster, template)
    return reports, [outlines[item.id] for item in found]


@command(_REPORTS, MANUAL)
def report(folder: Path, manual: Path | None) -> int:
    """Show the reports in DIR, and write pages for a browser: DIR/html for staff, DIR/students to give back."""
    from autograder.views.pages import write_pages, write_student_pages
    from autograder.views.terminal import console, render_report, render_table

    reports = read_reports([folder], manual)
    with no_commands():
        if len(reports) == 1:
            render_report(reports[0], console())
        else:
            render_table(reports, console())
    say(f"{len(write_pages(reports, folder))} pages; begin with {folder / 'html' / 'index.html'}, which is for staff")
    say(f"A page for each student, without what is hidden: {write_student_pages(reports, folder)}")
    return GRADED


@command(
    argument("action", choices=["new"], help="`new`: give a name to a failure that has none."),
    argument("exercise", metavar="EXERCISE", help="The exercise that fails."),
    argument(
        "--from",
        dest="source",
        required=True,
        type=arguments.path,
        metavar="PATH",
        help="A report that shows it, such as graded/alice.json, or the folder of all, with --submission.",
    ),
    argument("--submission", metavar="NAME", help="Of a folder: whose report."),
    argument("--says", required=True, metavar="TEXT", help="The sentence that students read."),
    argument("--name", metavar="NAME", help="What it is called, such as adam_divides_twice."),
)
def mistake(action: str, exercise: str, source: Path, submission: str | None, says: str, name: str | None) -> int:
    """Make a known mistake of a failure that has no name: its sentence reaches all who returned the same."""
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
            f"{file} has no unnamed failure of {exercise}: it holds, is not written, has a known mistake, or its "
            "public checks find nothing"
        )
    if not says.strip():
        usage("--says is empty; write what students are to look at")
    name = name or f"{exercise.lower()}_{digest[:6]}"
    if not name.isidentifier():
        usage(f"{name!r} is no name; write one such as {exercise.lower()}_divides_twice")
    course = Course.find(Path.cwd())
    mistakes = course.solutions_dir(course.assignment(shown.assignment).id) / "mistakes.py"
    if mistakes.is_file() and any(each.name == name for each in collect_mistakes(mistakes)):
        usage(f"{mistakes} has a mistake {name} already; --name gives this one another name")
    found = FoundMistake(name, exercise, says.strip(), digest, shown.submission)
    say(f"{name} is in {course.add_found(shown.assignment, found)}; `autograder report` tells everybody of its group.")
    return GRADED


@command(
    argument("paths", nargs="+", type=arguments.path, metavar="PATH", help="Submissions, as for `grade`."),
    argument("--assignment", required=True, metavar="ID", help="The assignment that they are of."),
    argument("--most", type=arguments.whole_number, default=20, metavar="N", help="List so many pairs (20)."),
)
def similar(paths: list[Path], assignment: str, most: int) -> int:
    """List pairs of submissions that are most alike, to be looked at: no verdict."""
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
        f"The most alike of {result.compared}, without what the release gives. The median pair shares "
        f"{100 * result.typical:.0f} %, and what is near that says nothing. This is no verdict: read both."
    )
    for reason in result.left_out:
        complain(f"not compared: {reason}")
    return GRADED


def _nbgrader(gradebook: Path, release: Release) -> ModuleType:
    """What fills this gradebook, which knows the release. Raises: CourseError."""
    try:
        from autograder.integrations.nbgrader import gradebook as nbgrader
    except ImportError as error:
        raise CourseError(f"--gradebook needs nbgrader: {installing('instructor')} ({error})") from error
    nbgrader.require(release, gradebook)
    return nbgrader


def _cluster(address: str, course: Course, assignment_id: str, options: Options) -> AbstractContextManager[Workers]:
    """The workers there. Raises: CourseError."""
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
        say(f"Written answers of {waiting} are graded by hand, up to {most} points each: see docs/written-answers.md")
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
