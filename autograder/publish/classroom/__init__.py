"""Writes a repository for students to work in, which an instructor publishes as a template.

It contains the students' part of the course (see `students`), a workflow that checks each push, and a README.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.course.course import FILE_NAME, Course
from autograder.errors import CourseError
from autograder.publish import students, wheel

_FOLDER = Path(__file__).parent
_TEMPLATES = {
    "README.md": "README.md.jinja",
    "requirements.txt": "requirements.txt.jinja",
    ".gitignore": "gitignore.jinja",
    ".devcontainer/devcontainer.json": "devcontainer.json.jinja",
    ".github/workflows/grade.yml": "grade.yml.jinja",
}
_MARK = b"# Made by `autograder new-classroom`; `--update` writes it again, so a change here does not last.\n"
_WHEELS = "wheels"
_INSTALL_MINUTES = 15


def write(course: Course, ids: Sequence[str], folder: Path, *, update: bool = False) -> list[Path]:
    """Make `folder` a template of these assignments. Returns the files that were written.

    update: rewrite the generated files of an existing template, with its assignments and these; other files do not
    change. Raises: CourseError if the folder is in use, an assignment is not built, or writing fails.
    """
    if update:
        ids = [*ids, *_assignments_in(folder)]
    elif folder.exists() and any(path.name != ".git" for path in folder.iterdir()):
        raise CourseError(
            f"{folder} is not empty; choose another folder, or say --update to rewrite what is generated in a template"
        )
    made = files(course, ids)
    try:
        for path in folder.glob(f"{_WHEELS}/*.whl"):
            if wheel.name_in(path.name) in {"autograder", *(wheel.name_in(Path(each).name) for each in made)}:
                path.unlink()  # an earlier version, possibly under an earlier name of the distribution
        for name, data in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise CourseError(f"Cannot write the template {folder}: {error}") from error
    return [folder / name for name in made]


def files(course: Course, ids: Iterable[str]) -> dict[str, bytes]:
    """Path -> content of each file in a template of these assignments. The same course gives the same bytes.

    Raises: CourseError if an assignment is unknown or not built.
    """
    chosen = students.chosen(course, ids)
    made = students.files(course, chosen)
    made[FILE_NAME] = _MARK + made[FILE_NAME]
    package, data = wheel.build()
    made[f"{_WHEELS}/{package}"] = data
    extra, index = wheel.extra_for(module for each in chosen for module in each.preload)
    words = {
        "course": course,
        "assignments": chosen,
        "exercise": students.first_exercise(course, chosen[0].id),
        "wheel": f"./{_WHEELS}/{package}{extra}",
        "index": index,
        "minutes": _INSTALL_MINUTES + math.ceil(sum(each.limits.submission_s for each in chosen) / 60),
    }
    return made | {name: students.rendered(_FOLDER / template, words) for name, template in _TEMPLATES.items()}


def _assignments_in(folder: Path) -> list[str]:
    """The assignments in a template. Raises: CourseError if it is not a template, but for example the course itself."""
    path = folder / FILE_NAME
    try:
        is_ours = path.read_bytes().startswith(_MARK)
    except OSError:
        is_ours = False
    if not is_ours:
        raise CourseError(f"{folder} was not made by new-classroom, so there is nothing to update; leave out --update")
    return [each.id for each in Course.load(path).assignments]
