"""A repository for students to work in, which an instructor publishes as a template.

Whoever gets it reads all of it. So nothing is copied from the course's folders but what is named here: the releases as
they were built (whatever somebody has written into them since, such as a solution), the package, and of course.yml what
a check at home depends on. The secret, extensions and what the course's grade is made of stay where they are.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from autograder.course.course import FILE_NAME, Assignment, Course
from autograder.course.settings import Limits, Rules
from autograder.errors import CourseError
from autograder.publish import wheel
from autograder.submission.release import Release

_FOLDER = Path(__file__).parent
_TEMPLATES = {
    "README.md": "README.md.jinja",
    "requirements.txt": "requirements.txt.jinja",
    ".gitignore": "gitignore.jinja",
    ".devcontainer/devcontainer.json": "devcontainer.json.jinja",
    ".github/workflows/grade.yml": "grade.yml.jinja",
}
_MARK = "# Made by `autograder new-classroom`; `--update` writes it again, so a change here does not last.\n"
_WHEELS = "wheels"
_INSTALL_MINUTES = 15


def write(course: Course, ids: Sequence[str], folder: Path, *, update: bool = False) -> list[Path]:
    """Make `folder` a template of these assignments; returns the files that were written.

    update: rewrite what is generated in a template that is there, with the assignments it has and these; other files
    stay as they are. Raises: CourseError if the folder is in use, an assignment is not built, or the disk refuses.
    """
    if update:
        ids = [*ids, *_assignments_in(folder)]
    elif folder.exists() and any(path.name != ".git" for path in folder.iterdir()):
        raise CourseError(
            f"{folder} is not empty; choose another folder, or say --update to rewrite what is generated in a template"
        )
    made = files(course, ids)
    try:
        for path in folder.glob(f"{_WHEELS}/autograder-*.whl"):
            path.unlink()
        for name, data in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise CourseError(f"Cannot write the template {folder}: {error}") from error
    return [folder / name for name in made]


def files(course: Course, ids: Iterable[str]) -> dict[str, bytes]:
    """Path -> contents of everything in a template of these assignments, the same bytes for the same course.

    Raises: CourseError if an assignment is unknown or not built.
    """
    wanted = {course.assignment(each).id for each in ids}
    chosen = [each for each in course.assignments if each.id in wanted]  # in the order of the course
    if not chosen:
        raise CourseError("a template needs an assignment: name at least one")
    made: dict[str, bytes] = {}
    for each in chosen:
        release = _release(course.release_dir(each.id), each.id)
        made |= {f"assignments/{each.id}/{name}": data for name, data in release.items()}
    package, data = wheel.build()
    made[f"{_WHEELS}/{package}"] = data
    made[FILE_NAME] = _course_file(course, chosen).encode()
    extra, index = wheel.extra_for(module for each in chosen for module in each.preload)
    words = {
        "course": course,
        "assignments": chosen,
        "exercise": _first_exercise(course, chosen[0].id),
        "wheel": f"./{_WHEELS}/{package}{extra}",
        "index": index,
        "minutes": _INSTALL_MINUTES + math.ceil(sum(each.limits.submission_s for each in chosen) / 60),
    }
    return made | {name: _rendered(template, words).encode() for name, template in _TEMPLATES.items()}


def _assignments_in(folder: Path) -> list[str]:
    """What a template holds. Raises: CourseError if it is none, such as the course itself."""
    path = folder / FILE_NAME
    try:
        is_ours = path.read_text(encoding="utf-8").startswith(_MARK)
    except (OSError, UnicodeError):
        is_ours = False
    if not is_ours:
        raise CourseError(f"{folder} was not made by new-classroom, so there is nothing to update; leave out --update")
    return [each.id for each in Course.load(path).assignments]


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


def _first_exercise(course: Course, assignment_id: str) -> str:
    """One to name in examples: something to write, rather than a question."""
    exercises = Release.load(course.release_dir(assignment_id), assignment_id).exercises
    return next((name for name in exercises if not name.startswith("q_")), exercises[0])


# ---- course.yml -----------------------------------------------------------------------------------------------------


def _course_file(course: Course, assignments: Sequence[Assignment]) -> str:
    """What `check` and `status` read."""
    import yaml

    data = {"title": course.title, "assignments": [_entry(each) for each in assignments]}
    return _MARK + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


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


# ---- the other files ------------------------------------------------------------------------------------------------


def _rendered(template: str, words: dict[str, Any]) -> str:
    import jinja2

    # Brackets, because braces are GitHub's in a workflow.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
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
        autoescape=False,  # Markdown, YAML and JSON of the instructor's own words
    )
    return environment.get_template(template).render(words)
