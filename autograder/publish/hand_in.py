"""Puts a student's work into one zip to hand in, with a receipt that lists its content."""

from __future__ import annotations

import ast
import hashlib
import json
import warnings
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.files import replacing, zipped
from autograder.intake.find import find_own
from autograder.submission import reading_process
from autograder.submission.read import read
from autograder.submission.release import Release
from autograder.submission.work import work_in
from autograder.text import place

RECEIPT = "receipt.json"


@dataclass(frozen=True)
class Receipt:
    """The content of a zip. written: the exercises that somebody has worked on. sha256, bytes: of the file.

    time: ISO 8601, UTC, by the clock of the student's machine.
    """

    assignment: str
    file: str
    written: tuple[str, ...]
    sha256: str
    bytes: int
    time: str


def hand_in(course: Course, assignment_id: str, folder: Path) -> tuple[Path, Receipt, tuple[str, ...]]:
    """Write <folder>/<assignment>.zip with the notebook or script that contains the work, as `grade` would choose it.

    Returns its path, the receipt, and notes on the choice and on code that cannot run. An earlier zip is replaced.
    Raises: Failure if there is no work in the folder; CourseError without a release, or if writing fails.
    """
    release = Release.load(course.release_dir(course.assignment(assignment_id).id), assignment_id)
    path, notes = find_own(release)
    with reading_process.in_this_process():
        worked_on = work_in(path, release)
        notes += _broken(path, release)
    written = tuple(name for name in release.exercises if name in worked_on)
    if not written:
        raise Failure(f"{path.name}: nothing is written in it yet. Has it been saved?")
    data = path.read_bytes()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    receipt = Receipt(assignment_id, path.name, written, hashlib.sha256(data).hexdigest(), len(data), now)
    target = folder / f"{assignment_id}.zip"
    try:
        text = json.dumps(asdict(receipt), indent=1) + "\n"
        with replacing(target) as file:
            file.write(zipped({path.name: data, RECEIPT: text.encode()}))
    except OSError as error:
        raise CourseError(f"{target} cannot be written ({error})") from error
    return target, receipt, notes


def _broken(path: Path, release: Release) -> tuple[str, ...]:
    """For each cell that is not valid Python, where the error is. Grading ignores such cells."""
    notes = []
    for label, _, source, first_line in read(path, release).loadable:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(source)
        except SyntaxError as error:
            line = error.lineno or 1
            text = "\n".join(source.split("\n")[line - 1 : line])
            where = place(label, first_line + line - 1, text)
            notes.append(
                f"{type(error).__name__}: {error.msg} ({where}). Mend it and pack again: nothing of this cell counts."
            )
    return tuple(notes)
