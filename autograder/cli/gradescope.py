"""The commands for Gradescope: one makes the autograder's zip, the other grades a submission in its container."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.shell import GRADED, STAFF, command, complain, say
from autograder.course.course import FILE_NAME, Course
from autograder.errors import CourseError, Failure

if TYPE_CHECKING:
    from autograder.report.report import Report

_NOBODY = 65534
_ALLOW_PROCESS = argument(
    "--allow-process",
    action="store_true",
    help="If bubblewrap does not work, run submissions as plain processes of `nobody`; this protects less.",
)


@command(
    argument("assignment", metavar="ID", help="The assignment."),
    argument("--out", required=True, type=Path, metavar="FILE", help="The zip to write."),
    _ALLOW_PROCESS,
)
def gradescope_zip(assignment: str, out: Path, allow_process: bool) -> int:
    """Write the zip from which Gradescope builds an autograder. It contains the solutions, so it is for staff only."""
    from autograder.publish.gradescope_zip import build

    course = Course.find(Path.cwd())
    data = build(course, course.assignment(assignment).id, allow_process=allow_process)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
    except OSError as error:
        raise CourseError(f"Cannot write {out}: {error.strerror or error}") from error
    say(f"{out}, {len(data) // 1024} KiB: it contains the solutions and hidden checks of {assignment}, for staff only")
    return GRADED


@command(
    argument("assignment", metavar="ID", help="The assignment."),
    argument("--root", type=arguments.folder, default=Path("/autograder"), metavar="DIR", help="Gradescope's folder."),
    _ALLOW_PROCESS,
)
def gradescope_run(assignment: str, root: Path, allow_process: bool) -> int:
    """Grade one submission in Gradescope's container, as the zip's run_autograder does."""
    from autograder.integrations import gradescope
    from autograder.views.terminal import console, render_report

    try:
        metadata = _metadata(root / "submission_metadata.json")
        report = _grade(assignment, root, metadata, allow_process)
        results = gradescope.render(report, gradescope.earlier_scores(metadata))
    except CourseError as error:
        complain(str(error))
        results, report = gradescope.render_fault(), None
    try:
        (root / "results").mkdir(exist_ok=True)
        (root / "results" / "results.json").write_text(results, encoding="utf-8")
    except OSError as error:
        raise CourseError(f"Cannot write the results: {error}") from error
    if report is None:
        return STAFF
    render_report(report, console())  # Gradescope keeps what is printed for staff
    say(f"isolation: {report.isolation}; to replay this grade: autograder grade ... --seed {report.seed}")
    return STAFF if report.needs_staff else GRADED


def _metadata(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CourseError(f"Cannot read {path}: {error}") from error


def _grade(assignment_id: str, root: Path, metadata: Any, allow_process: bool) -> Report:
    from autograder.grading.grader import Grader
    from autograder.grading.options import Options
    from autograder.intake.find import pick
    from autograder.integrations import gradescope
    from autograder.publish.gradescope_zip import COURSE
    from autograder.submission.release import Release

    course = Course.load(root / COURSE / FILE_NAME)
    isolation = _isolation(course.assignment(assignment_id).preload, allow_process)
    user = _NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    release = Release.load(course.release_dir(assignment_id), assignment_id)
    # The folder is one student's, whatever it contains. If several files are ambiguous, that is the student's failure.
    handed_in = pick(root / "submission", gradescope.submitter(metadata), assignment_id, release)
    found = replace(handed_in, submitted=gradescope.submitted(metadata))
    with Grader(course, assignment_id, Options(isolation, user=user)) as grader:
        return grader.grade(found)


def _isolation(preload: tuple[str, ...], allow_process: bool) -> str:
    """The isolation that works here. Tries bubblewrap, because a container may have it but deny it namespaces."""
    from autograder.course.course import Limits
    from autograder.sandbox import Program, Sandbox, backends

    try:
        with (
            Sandbox(backends.BUBBLEWRAP, preload) as sandbox,
            sandbox.open(Program([("probe", "script", "", 1)]), Limits()) as session,
        ):
            session.load()
    except (CourseError, Failure) as error:
        if not allow_process:
            raise CourseError(
                f"{error}\nThe zip was made without --allow-process, so nothing is graded here."
            ) from error
        say(f"bubblewrap does not work here ({error}); submissions run as plain processes")
        return backends.PROCESS
    return backends.BUBBLEWRAP
