"""Builds assignments/<id>/ from solutions/<id>/: notebook, script, public checks and recorded answers."""

from __future__ import annotations

import io
import json
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from autograder.authoring import recording
from autograder.authoring.notebook import as_notebook, as_script, sources
from autograder.authoring.public_checks import public_checks
from autograder.authoring.withheld import refuse_leaks
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.files import zipped


def build(course: Course, assignment_id: str) -> list[Path]:
    """Write the student release of one assignment. Returns its files.

    The files replace the old release all at once, and only if nothing is wrong.
    Raises: CourseError, with file and line, if the sources are faulty or the release would disclose something.
    """
    return _replace(course.release_dir(assignment_id), derive(course, assignment_id))


def derive(course: Course, assignment_id: str) -> dict[str, bytes]:
    """The files of the release, by name. Equal sources give equal bytes. Raises: CourseError as `build` does."""
    folder = course.solutions_dir(assignment_id)
    cells, checks = sources(folder)
    notebook = as_notebook(assignment_id, cells, checks)
    script = as_script(assignment_id, cells)
    public = {check.function.__name__ for check in checks if check.public}
    hidden = {check.function.__name__ for check in checks if not check.public}
    tests = public_checks(folder / "checks.py", assignment_id, public, hidden)
    texts = {f"{assignment_id}.py": script, f"test_{assignment_id}.py": tests}
    refuse_leaks(folder, cells, checks, notebook, texts)
    files = {
        f"{assignment_id}.ipynb": (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode(),
        **{name: text.encode() for name, text in texts.items()},
    }
    # Students work in the release itself, so its original content is stored where nobody edits, to detect changes.
    pristine = {f"release/{name}": np.frombuffer(data, np.uint8) for name, data in files.items()}
    return {**files, "answers.npz": _npz(recording.record(course, assignment_id) | pristine)}


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """An .npz archive, with the same bytes for the same content."""
    files = {}
    for name, array in arrays.items():
        data = io.BytesIO()
        np.lib.format.write_array(data, np.asarray(array), allow_pickle=False)
        files[f"{name}.npy"] = data.getvalue()
    return zipped(files, mode=0o600)  # as numpy does


def _replace(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Replace `target` with a folder of these files. On any failure, the old one stays.

    Raises: CourseError if the folder contains files that no build has written, or if writing fails.
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
