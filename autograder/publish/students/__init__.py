"""Packages what students get of a course: its releases, and the parts of course.yml that checks at home need.

Students can read all of it. So only the files named here are copied from the course: the releases as they were built,
without later changes such as a solution. The secret, extensions and the rules for the course grade are never included.

`packed` is a zip of this with the package and a README, for courses that only need a place to put a file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course.course import FILE_NAME, Assignment, Course
from autograder.course.settings import Limits, Rules
from autograder.errors import CourseError
from autograder.files import zipped
from autograder.publish import wheel
from autograder.submission.release import Release

_README = Path(__file__).parent / "README.md.jinja"


def packed(course: Course, ids: Iterable[str]) -> bytes:
    """A zip of what students get, the package and a README. The same course gives the same bytes.

    Raises: CourseError if an assignment is unknown or not built.
    """
    assignments = chosen(course, ids)
    package, data = wheel.build()
    extra, index = wheel.extra_for(module for each in assignments for module in each.preload)
    words = {
        "course": course,
        "assignments": assignments,
        "first": assignments[0].id,
        "exercise": first_exercise(course, assignments[0].id),
        "wheel": package,
        "extra": extra,
        "index": index,
        "with_torch": _listed([f"`{each.id}`" for each in assignments if wheel.extra_for(each.preload)[0]]),
    }
    return zipped(files(course, assignments) | {package: data, _README.stem: rendered(_README, words)})


def _listed(names: Sequence[str]) -> str:
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def chosen(course: Course, ids: Iterable[str]) -> list[Assignment]:
    """These assignments in the order of the course. Raises: CourseError if there are none, or one is unknown."""
    wanted = {course.assignment(each).id for each in ids}
    if not wanted:
        raise CourseError("name at least one assignment")
    return [each for each in course.assignments if each.id in wanted]


def files(course: Course, assignments: Sequence[Assignment]) -> dict[str, bytes]:
    """Path -> content of course.yml and of the releases. The same course gives the same bytes.

    Raises: CourseError if an assignment is not built.
    """
    made = {FILE_NAME: _course_file(course, assignments).encode()}
    for each in assignments:
        release = _release(course.release_dir(each.id), each.id)
        made |= {f"assignments/{each.id}/{name}": data for name, data in release.items()}
    return made


def _release(folder: Path, assignment_id: str) -> dict[str, bytes]:
    """The files of a release as it was built. Raises: CourseError if it cannot be read."""
    path = folder / "answers.npz"
    try:
        recorded = path.read_bytes()
        with np.load(io.BytesIO(recorded), allow_pickle=False) as answers:
            built = {name: answers[name].tobytes() for name in answers.files if name.startswith("release/")}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise CourseError(f"{path} cannot be read ({error}); run: autograder build {assignment_id}") from error
    if not built:
        raise CourseError(f"{path} does not hold the release as it was built; run: autograder build {assignment_id}")
    return {Path(name).name: data for name, data in sorted(built.items())} | {path.name: recorded}


def first_exercise(course: Course, assignment_id: str) -> str:
    """An exercise to name in examples: code to write, rather than a question."""
    exercises = Release.load(course.release_dir(assignment_id), assignment_id).exercises
    return next((name for name in exercises if not name.startswith("q_")), exercises[0])


def _course_file(course: Course, assignments: Sequence[Assignment]) -> str:
    """The parts of course.yml that `check` and `status` read."""
    import yaml

    data = {"title": course.title, "assignments": [_entry(each) for each in assignments]}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def _entry(assignment: Assignment) -> dict[str, Any]:
    shown = {
        "id": assignment.id,
        "title": assignment.title,
        "due": assignment.due,
        "preload": list(assignment.preload),
        "rules": _unusual(asdict(assignment.rules), asdict(Rules())),
        "limits": _unusual(asdict(assignment.limits), asdict(Limits())),
    }
    return {key: value for key, value in shown.items() if value not in (None, {})}


def _unusual(values: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value != usual[key]}


def rendered(template: Path, words: Mapping[str, Any]) -> bytes:
    """A file made from a template."""
    import jinja2

    # Brackets, because GitHub's workflows use braces.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # these are Markdown, YAML and JSON with the instructor's own text
    )
    return environment.get_template(template.name).render(words).encode()
