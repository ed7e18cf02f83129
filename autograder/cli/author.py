"""The author's commands: build, audit, mutate, new, release, new-classroom."""

from __future__ import annotations

from pathlib import Path

from autograder.cli import arguments
from autograder.cli.arguments import argument
from autograder.cli.shell import BELOW, GRADED, command, say
from autograder.course.course import Course, NoCourse
from autograder.errors import CourseError
from autograder.files import write_atomically

_IDS = argument("ids", nargs="*", metavar="ID", help="Assignments (default: all).")
_JSON = argument("--json", dest="as_json", action="store_true", help="Print one JSON object, keyed by assignment.")


@command(_IDS)
def build(ids: list[str]) -> int:
    """Build the students' release of assignments from solutions/."""
    from autograder.authoring import build

    course = Course.find(Path.cwd())
    course.remember_validation()
    for assignment_id in _chosen(course, ids):
        _list(course, build.build(course, assignment_id))
    return GRADED


@command(
    _IDS,
    _JSON,
    argument(
        "--students",
        type=arguments.whole_number,
        default=3,
        metavar="N",
        help="Number of students on whose inputs the reference is tried (3).",
    ),
    argument("--costs", action="store_true", help="Only show how many points each mistake costs, and where."),
    argument(
        "--html",
        type=arguments.new_folder,
        metavar="DIR",
        help="Write a page for each assignment: checks and mistakes, costs, correct alternatives, times.",
    ),
)
def audit(ids: list[str], as_json: bool, students: int, costs: bool, html: Path | None) -> int:
    """Verify that assignments grade correctly: the reference, the stub and every known mistake."""
    import json

    from autograder.proofs.audit import audit as audit_one

    course = Course.find(Path.cwd())
    if costs:
        return _costs(course, _chosen(course, ids), as_json)
    audits = {}
    for assignment_id in _chosen(course, ids):
        audits[assignment_id] = audit_one(course, assignment_id, students=students)
        if not as_json:
            for line in audits[assignment_id].lines():
                print(line)
        if html:
            from autograder.proofs.author_page import author_page

            address = html / f"{assignment_id}.html"
            say(str(write_atomically(address, author_page(course, audits[assignment_id]))))
    if as_json:
        print(json.dumps({key: each.to_dict() for key, each in audits.items()}, indent=1))
    return GRADED if all(each.ok for each in audits.values()) else BELOW


def _costs(course: Course, ids: list[str], as_json: bool) -> int:
    import json

    from autograder.proofs.costs import costs

    found = {assignment_id: costs(course, assignment_id) for assignment_id in ids}
    if as_json:
        print(json.dumps({key: [vars(each) for each in value] for key, value in found.items()}, indent=1))
        return GRADED
    for assignment_id, all_costs in found.items():
        beyond = sum(len(each.exercises) > 1 for each in all_costs)
        print(f"{assignment_id}: {beyond} of {len(all_costs)} mistakes cost points in other exercises too")
        for each in all_costs:
            print(f"  {each.line()}")
    return GRADED


@command(
    _IDS,
    _JSON,
    argument(
        "--workers",
        type=arguments.whole_number,
        default=0,
        metavar="N",
        help="Processes (default: one per core).",
    ),
)
def mutate(ids: list[str], as_json: bool, workers: int) -> int:
    """Put small bugs into the references, one at a time, and list those that no check catches."""
    import json

    from autograder.proofs.mutate import mutate as mutate_one
    from autograder.proofs.mutate import table

    course = Course.find(Path.cwd())
    found = []
    for assignment_id in _chosen(course, ids):
        found.append(mutate_one(course, assignment_id, workers))
        if not as_json:
            print("\n".join(found[-1].lines()), flush=True)
    print(json.dumps({each.assignment: each.to_dict() for each in found}, indent=1) if as_json else table(found))
    return GRADED if all(each.ok for each in found) else BELOW


@command(argument("assignment", metavar="ID", help="The new assignment's id, such as batch_norm."))
def new(assignment: str) -> int:
    """Start a new assignment: solutions/ID with an example to change, and a course if there is none."""
    from autograder.authoring import scaffold

    try:
        course = Course.find(Path.cwd())
    except NoCourse:
        course = scaffold.begin(Path.cwd(), assignment)
        _list(course, [course.path])
    _list(course, scaffold.new(course, assignment))
    if any(each.id == assignment for each in course.assignments):
        say(f"Change them, then run `autograder build {assignment}` and `autograder audit {assignment}`.")
        return GRADED
    say(f"Add to {course.path.name}, under `assignments:`, then run `autograder build {assignment}`:")
    say(scaffold.course_entry(assignment).rstrip("\n"))
    return GRADED


@command(
    _IDS,
    argument("--out", required=True, type=Path, metavar="FILE", help="The zip to write, such as course.zip."),
)
def release(ids: list[str], out: Path) -> int:
    """Make one zip for students: the package, their version of course.yml, assignments, and a README."""
    from autograder.files import replacing
    from autograder.publish import students

    course = Course.find(Path.cwd())
    data = students.packed(course, _chosen(course, ids))
    try:
        with replacing(out) as file:
            file.write(data)
    except OSError as error:
        raise CourseError(f"Cannot write {out}: {error.strerror or error}") from error
    say(f"{out}, {len(data) // 1024} KiB: give it to students; its README.md says how to start")
    return GRADED


@command(
    argument("ids", nargs="*", metavar="ID", help="Assignments (default: all, or with --update those in DIR)."),
    argument("--out", required=True, type=arguments.new_folder, metavar="DIR", help="The repository to write."),
    argument("--update", action="store_true", help="Rewrite the generated files in DIR, and add the given IDs."),
)
def new_classroom(ids: list[str], out: Path, update: bool) -> int:
    """Write a template repository for students: releases, wheel, workflow, README."""
    from autograder.publish import classroom

    course = Course.find(Path.cwd())
    _list(course, classroom.write(course, ids if update else _chosen(course, ids), out, update=update))
    say(f"Commit {out} and push it as a template repository. docs/classroom.md explains this, and grading the copies.")
    return GRADED


def _chosen(course: Course, ids: list[str]) -> list[str]:
    return [course.assignment(each).id for each in ids or [each.id for each in course.assignments]]


def _list(course: Course, paths: list[Path]) -> None:
    for path in paths:
        print(path.relative_to(course.root) if path.is_relative_to(course.root) else path)
