"""The command `grades`, which combines the reports of several assignments into course grades."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.manual import MANUAL, read_reports
from autograder.cli.shell import GRADED, command, complain, print_file, say, usage
from autograder.course.course import Course
from autograder.text import did_you_mean, nearest, same_name, shortened


@command(
    argument(
        "folders",
        nargs="+",
        type=arguments.folder,
        metavar="DIR",
        help="Folders written by `grade --out`: one per assignment and attempt.",
    ),
    argument("--csv", dest="as_csv", action="store_true", help="Print the table as CSV, with the reasons."),
    MANUAL,
    argument("--student", metavar="NAME", help="Explain the grade of this student only."),
    argument(
        "--canvas",
        dest="roster",
        type=arguments.path,
        metavar="CSV",
        help="Print this gradebook, exported from Canvas, with the final scores of --assignment.",
    ),
    argument("--assignment", metavar="ID", help="For --canvas: the assignment."),
    argument("--column", metavar="TITLE", help="For --canvas: its title or number there, if not as in course.yml."),
)
def grades(
    folders: list[Path],
    as_csv: bool,
    manual: Path | None,
    student: str | None,
    roster: Path | None,
    assignment: str | None,
    column: str | None,
) -> int:
    """Show the course grades, with lateness, attempts, drops and weights from course.yml."""
    from autograder.cli.export import CANVAS, no_commands, roster_files
    from autograder.gradebook.gradebook import finals, gradebook
    from autograder.integrations import csv
    from autograder.views.terminal import console, render_grade, render_grades

    course = Course.find(Path.cwd())
    reports = read_reports(folders, manual)
    found = gradebook(course, reports, datetime.now(UTC))
    if student is not None:
        names = [each.student for each in found]
        found = [each for each in found if each.student == same_name(student)]
        if not found:
            usage(f"there is no report on {student}{did_you_mean(student, names)}")
    code = GRADED
    if roster is not None:
        if assignment is None:
            usage("--canvas needs --assignment: Canvas takes one column at a time")
        scores = finals(found, course.assignment(assignment).id)
        if not scores:
            usage(f"there are no reports on {assignment} in {', '.join(map(str, folders))}")
        files, code = roster_files(CANVAS, scores, roster, column)
        print_file(files["canvas.csv"])
    elif as_csv:
        print_file(csv.render_grades(found))
    elif student is not None:
        with no_commands():
            render_grade(found[0], console())
    else:
        with no_commands():
            render_grades(found, console())
        say("`--student NAME` explains a grade.")
    graded = {each.submission for each in reports}
    for name in sorted(set(course.extensions) - graded):
        complain(f"{course.extensions_file} names {name}, who has no report{nearest(name, graded)}")
    when_unknown = {
        each.submission
        for each in reports
        if each.submitted is None and course.assignment(each.assignment).due is not None
    }
    if when_unknown:
        complain(
            f"The hand-in time is not known for {shortened(sorted(when_unknown))}, so they are not late. "
            "`autograder grade --timestamps ... --resume` adds the times without grading again."
        )
    return code
