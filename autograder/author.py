"""From solutions/<id>/ to assignments/<id>/: the notebook, the script, the public checks and the recorded answers."""

from __future__ import annotations

import io
import json
import math
import secrets
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder import answers
from autograder.checks import Check, collect, collect_mistakes
from autograder.course import Course
from autograder.errors import CourseError
from autograder.extract import first_row, public_checks, statements
from autograder.leaks import Leak, Secret, distinctive_lines, leaks
from autograder.stubs import AuthorCell, bound_names, read_script

TOTAL_POINTS = 100
SCHEMA = 1
_SCRIPT_HEAD = (
    "# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.\n"
    "# Keep the tags on these lines; they tell the grader which cell is which.\n\n"
)


def build(course: Course, assignment_id: str) -> list[Path]:
    """Write the student release of one assignment; returns its files.

    The files replace the old release all at once, and only if nothing is wrong.
    Raises: CourseError with file and line if the sources are faulty or the release would give something away.
    """
    return _replace(course.release_dir(assignment_id), derive(course, assignment_id))


def derive(course: Course, assignment_id: str) -> dict[str, bytes]:
    """The files of the release, by name. The same sources give the same bytes. Raises: CourseError as `build` does."""
    folder = course.solutions_dir(assignment_id)
    cells, checks = _sources(folder)
    notebook = _notebook(assignment_id, cells, checks)
    script = _script(cells)
    public = {check.name for check in checks if check.public}
    hidden = {check.name for check in checks if not check.public}
    tests = public_checks(folder / "checks.py", assignment_id, public, hidden)
    texts = {f"{assignment_id}.py": script, f"test_{assignment_id}.py": tests}
    _refuse_leaks(folder, cells, checks, notebook, texts)
    files = {
        f"{assignment_id}.ipynb": (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode(),
        **{name: text.encode() for name, text in texts.items()},
    }
    # A student works in the release itself, so what it was is kept where nobody edits: which file has changed?
    pristine = {f"release/{name}": np.frombuffer(data, np.uint8) for name, data in files.items()}
    return {**files, "answers.npz": _npz(answers.record(course, assignment_id) | pristine)}


def notebook(course: Course, assignment_id: str) -> dict[str, Any]:
    """The released notebook as the sources give it now; quick, because no answers are recorded. Raises: CourseError."""
    return _notebook(assignment_id, *_sources(course.solutions_dir(assignment_id)))


def _sources(folder: Path) -> tuple[list[AuthorCell], list[Check]]:
    """The script's cells and the checks. Raises: CourseError unless they belong to each other, with points of 100."""
    script, file = folder / f"{folder.name}.py", folder / "checks.py"
    cells, checks = read_script(script), collect(file)
    exercises = {cell.name for cell in cells if cell.kind == "exercise"}
    judged = {check.exercise for check in checks}
    if exercises - judged:
        raise CourseError(f"{file}: no check for the exercises {', '.join(sorted(exercises - judged))} of {script}")
    if judged - exercises:
        raise CourseError(
            f"{script}: no exercise cell for {', '.join(sorted(judged - exercises))}, which {file} judges"
        )
    names = [check.name for check in checks]
    for check in checks:
        if names.count(check.name) > 1:
            raise CourseError(f"{file}: two checks are called {check.name}")
    total = sum(check.points for check in checks) + sum(cell.points for cell in cells)
    if not math.isclose(total, TOTAL_POINTS):
        raise CourseError(f"{file}: the points sum to {total:g}, expected {TOTAL_POINTS} with those of written answers")
    return cells, checks


# ---- notebook and script --------------------------------------------------------------------------------------------


def _notebook(assignment_id: str, cells: Sequence[AuthorCell], checks: Sequence[Check]) -> dict[str, Any]:
    """The release notebook, nbformat 4.5, with nbgrader's metadata of schema 3."""
    import nbformat

    made: list[dict[str, Any]] = []
    for cell in cells:
        if cell.kind in ("setup", "exercise", "demo") and not any(c["cell_type"] == "code" for c in made):
            made.append(_check_cell("check_import", "from autograder.notebook import check", 0))
        made.append(_cell(cell))
        if cell.kind == "exercise":
            points = sum(check.points for check in checks if check.exercise == cell.name)
            made.append(_check_cell(f"check_{cell.name}", f'check("{cell.name}")', points))
    for number, cell_ in enumerate(made):
        cell_["id"] = f"cell-{number}"
    notebook = {
        "cells": made,
        "metadata": {
            "autograder": {"assignment": assignment_id, "schema": SCHEMA},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    nbformat.validate(nbformat.from_dict(notebook))
    for cell_ in made:
        cell_["source"] = cell_["source"].splitlines(keepends=True)  # as Jupyter stores it: a line is a line of a diff
    return notebook


def _cell(cell: AuthorCell) -> dict[str, Any]:
    if cell.kind == "markdown":
        return {"cell_type": "markdown", "metadata": {}, "source": cell.source}
    if cell.kind == "written":
        graded = _nbgrader(f"written_{cell.name}", grade=True, solution=True, locked=False, points=cell.points)
        return {"cell_type": "markdown", "metadata": {"nbgrader": graded, "deletable": False}, "source": cell.source}
    if cell.kind == "demo":
        return _code(cell.source, "demo", {})
    if cell.kind == "setup":
        locked = _nbgrader(f"setup_{cell.name}", grade=False, solution=False, locked=True)
        return _code(cell.source, f"setup:{cell.name}", {"nbgrader": locked, "deletable": False, "editable": False})
    stub = _nbgrader(cell.name, grade=False, solution=True, locked=False)
    return _code(cell.source, f"exercise:{cell.name}", {"nbgrader": stub, "deletable": False})


def _check_cell(grade_id: str, source: str, points: float) -> dict[str, Any]:
    graded = _nbgrader(grade_id, grade=points > 0, solution=False, locked=True, points=points)
    return _code(source, "check", {"nbgrader": graded, "deletable": False, "editable": False})


def _code(source: str, tag: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {**metadata, "tags": [tag]},
        "outputs": [],
        "source": source,
    }


def _nbgrader(grade_id: str, *, grade: bool, solution: bool, locked: bool, points: float = 0) -> dict[str, Any]:
    metadata = {"schema_version": 3, "grade_id": grade_id, "grade": grade, "solution": solution, "locked": locked}
    metadata["task"] = False
    if grade:
        metadata["points"] = int(points) if float(points).is_integer() else points
    return metadata


def _script(cells: Sequence[AuthorCell]) -> str:
    """The same cells as a percent script. Checks run when the file is run, cell by cell too, but not on import."""
    parts: list[str] = []
    imported = False
    for cell in cells:
        if cell.kind in ("markdown", "written"):
            tags = f' tags=["written:{cell.points:g}"]' if cell.kind == "written" else ""
            rows = "\n".join(f"# {row}".rstrip() for row in cell.source.split("\n"))
            parts.append(f"# %% [markdown]{tags}\n{rows}")
            continue
        if not imported:
            parts.append('# %% tags=["check"]\nfrom autograder.notebook import check')
            imported = True
        tag = cell.kind if cell.kind == "demo" else f"{cell.kind}:{cell.name}"
        parts.append(f'# %% tags=["{tag}"]\n{cell.source}')
        if cell.kind == "exercise":
            parts.append(f'# %% tags=["check"]\nif __name__ == "__main__":\n    check("{cell.name}")')
    return _SCRIPT_HEAD + "\n\n".join(parts) + "\n"


# ---- leaks ----------------------------------------------------------------------------------------------------------


def _refuse_leaks(
    folder: Path,
    cells: Sequence[AuthorCell],
    checks: Sequence[Check],
    notebook: Mapping[str, Any],
    texts: Mapping[str, str],
) -> None:
    """Raises: Leak with every place at which a secret would be released."""
    file = f"{folder.name}.ipynb"
    released = {f"{file}, cell {n}": "".join(cell["source"]) for n, cell in enumerate(notebook["cells"], 1)}
    released[f"{file}, metadata"] = json.dumps([notebook["metadata"], *(c["metadata"] for c in notebook["cells"])])
    released |= texts
    found = leaks(released, [*_solution_secrets(cells), *_check_secrets(folder / "checks.py", checks)])
    whole = {file: "\n".join(text for place, text in released.items() if place.startswith(file)), **texts}
    found += _leaked_mistakes(folder / "mistakes.py", cells, whole)
    if found:
        raise Leak(folder.name, found)


def _solution_secrets(cells: Sequence[AuthorCell]) -> list[Secret]:
    made = []
    for cell in cells:
        source = "\n".join(row for _, row in cell.solution)
        lines = distinctive_lines(source)
        if cell.source.endswith(f"{cell.name} = None"):  # the answer to a question is short and still secret
            lines += [row for _, row in cell.solution if row.startswith(cell.name)]
        made += [Secret(line, f"solution of {cell.name}") for line in dict.fromkeys(lines)]
    return made


def _check_secrets(path: Path, checks: Sequence[Check]) -> list[Secret]:
    """Names, titles and lines of hidden checks, but for what the author has written in public parts of the file too."""
    source = path.read_text(encoding="utf-8")
    rows = source.split("\n")
    hidden = {check.name for check in checks if not check.public}
    secret_lines: dict[str, str] = {}
    open_lines: set[str] = set()
    for node in statements(path, source):
        lines = distinctive_lines("\n".join(rows[first_row(rows, node) : node.end_lineno]))
        owner = bound_names(node) & hidden
        if owner:
            secret_lines.update((line, min(owner)) for line in lines)
        else:
            open_lines.update(lines)
    titles = [check.title for check in checks if check.public]
    made = [Secret(name, "name of a hidden check") for name in sorted(hidden)]
    for check in checks:
        if not check.public and not any(check.title in title for title in titles):
            made.append(Secret(check.title, f"title of the hidden check {check.name}"))
    made += [Secret(line, f"hidden check {name}") for line, name in secret_lines.items() if line not in open_lines]
    return made


def _leaked_mistakes(path: Path, cells: Sequence[AuthorCell], released: Mapping[str, str]) -> list[str]:
    """Sentences of mistakes, and mistakes of which every line that computes something is in one file."""
    known = collect_mistakes(path)
    found = leaks(released, [Secret(mistake.says, f"sentence of the mistake {mistake.name}") for mistake in known])
    given = {line for cell in cells if cell.kind == "exercise" for line in distinctive_lines(cell.source)}
    source = path.read_text(encoding="utf-8")
    rows = source.split("\n")
    for node in statements(path, source, strict=False) if known else ():
        name = bound_names(node) & {mistake.name for mistake in known}
        lines = distinctive_lines("\n".join(rows[node.lineno - 1 : node.end_lineno]))
        parts = [Secret(line, f"mistake {min(name)}") for line in lines if name and line not in given]
        for place, text in released.items() if parts else ():
            if all(leaks({place: text}, [part]) for part in parts):
                found += leaks({place: text}, parts[:1])
    return found


# ---- files ----------------------------------------------------------------------------------------------------------


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """An .npz archive that depends on nothing but its content: no time, no order of making."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asarray(arrays[name]), allow_pickle=False)
            archive.writestr(member, data.getvalue())
    return buffer.getvalue()


def _replace(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Put a folder with these files in place of `target`; on any failure the old one stays.

    Raises: CourseError if the folder holds files that no build has written, or if the disk refuses.
    """
    others = [] if not target.is_dir() else [p.name for p in target.iterdir() if p.name not in files]
    kept = sorted(name for name in others if not name.startswith((".", "__pycache__")))
    if kept:
        raise CourseError(f"{target}: the release is replaced as a whole; move away what is yours: {', '.join(kept)}")
    token = secrets.token_hex(4)
    fresh, old = (target.with_name(f".{target.name}.{token}.{kind}") for kind in ("new", "old"))
    try:
        fresh.mkdir(parents=True)
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise CourseError(f"{target}: the release cannot be written ({error}); the old one is unchanged") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return [target / name for name in files]
