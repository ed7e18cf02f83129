"""Generates nbgrader's source folder from the release and the solutions, because nbgrader releases everything in it.

It contains the students' files, and the notebook with its solutions. People edit solutions/<id>/ and run `autograder
build`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.files import replacing
from autograder.submission.cells import script_cells

FOLDER = ".autograder/nbgrader/source"
_STAMPS = ".autograder/nbgrader"


def refresh(course: Course) -> list[str]:
    """Write the source folders that are missing or out of date. Returns problems that prevent this.

    Without solutions, as on a student's machine, there is nothing to do. An assignment that was not built yet is no
    problem until somebody requests it.
    """
    problems = []
    for assignment in course.assignments:
        files = [
            course.solutions_dir(assignment.id) / f"{assignment.id}.py",
            *(course.release_dir(assignment.id) / name for name in _released(assignment.id)),
        ]
        stamp = course.root / _STAMPS / f"{assignment.id}.stamp"
        try:
            digest = _digest(files)
            if _text(stamp) != digest:
                _write(course, assignment.id)
                _replace(stamp, digest.encode())
        except FileNotFoundError:
            continue
        except (CourseError, OSError) as error:
            problems.append(f"{assignment.id} has no source for nbgrader: {error}")
    return problems


def with_solutions(notebook: str, script: str, file: str) -> dict[str, Any]:
    """The released notebook, with the author's cells, including solution marks, as its exercises.

    Raises: CourseError if the script lacks an exercise that the notebook has.
    """
    exercises = {tag: raw.source for raw in script_cells(script, file) for tag in raw.tags}
    made: dict[str, Any] = json.loads(notebook)
    for cell in made["cells"]:
        for tag in cell["metadata"].get("tags", []):
            if tag.startswith("exercise:"):
                if tag not in exercises:
                    raise CourseError(f"{file} has no {tag}, but the release has it; run: autograder build")
                cell["source"] = exercises[tag]
    return made


def _released(assignment_id: str) -> tuple[str, ...]:
    return f"{assignment_id}.ipynb", f"{assignment_id}.py", f"test_{assignment_id}.py", "answers.npz"


def _write(course: Course, assignment_id: str) -> None:
    from autograder.submission.release import Release  # it imports numpy

    release = Release.load(course.release_dir(assignment_id), assignment_id)
    script = course.solutions_dir(assignment_id) / f"{assignment_id}.py"
    notebook = with_solutions(release.notebook, script.read_text(encoding="utf-8"), str(script))
    files = {name: (release.folder / name).read_bytes() for name in _released(assignment_id)[2:]}
    files[f"{assignment_id}.py"] = release.script.encode()
    files[f"{assignment_id}.ipynb"] = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    folder = course.root / FOLDER / assignment_id
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.iterdir():
        if other.name not in files and other.is_file():  # nbgrader would release any file here
            other.unlink()
    for name, data in files.items():
        _replace(folder / name, data)


def _digest(files: list[Path]) -> str:
    """A digest of names, sizes and times, including this file's: another version may write something else."""
    found = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in [*files, Path(__file__)]]
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="ascii")
    return ""


def _replace(path: Path, data: bytes) -> None:
    """Write the whole file at once, because two commands may start together."""
    with replacing(path) as file:
        file.write(data)
