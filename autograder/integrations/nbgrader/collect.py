"""`nbgrader zip_collect`: sorts a learning platform's download by student, in the same way as `autograder grade`.

The extractor writes downloaded/{assignment}/extracted/{student}/..., with archives unpacked, and the submission time if
the platform provides it. The collector has nbgrader copy that into submitted/{student}/{assignment}/.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from autograder.course.course import Course
from autograder.errors import CourseError, Failure
from autograder.intake.archives import copy_opened, for_a_student
from autograder.intake.members import Member, Place, class_in, require_one
from autograder.submission.release import Release

_TIMESTAMP = "timestamp.txt"
_NOTHING = "nothing-was-handed-in.txt"  # nbgrader knows a student only by their files


class Extractor(ExtractorPlugin):
    """Replaces nbgrader's extractor, which assigns everything in one archive to one student."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Make a folder for each student; ada_conv.ipynb is ada's. Ends the command if a file's student is unclear."""
        directory = self.parent.coursedir
        assignment_id = directory.assignment_id
        try:
            course = Course.find(Path(directory.root))
            release = Release.load(course.release_dir(assignment_id), assignment_id)
            with tempfile.TemporaryDirectory(prefix="autograder-") as unpacked:
                found = class_in(Path(archive_path), Place(assignment_id, release, Path(unpacked)))
                found = [replace(each, student=each.student.removesuffix(f"_{assignment_id}")) for each in found]
                names = [member.student for member in found]
                if twice := sorted({name for name in names if names.count(name) > 1}):
                    raise CourseError(f"{archive_path} holds work of {', '.join(twice)} twice; rename one of each")
                for member in found:
                    for note in _lay_out(member, Path(extracted_path) / member.student, assignment_id):
                        self.log.warning("%s: %s", member.student, note)
        except CourseError as error:
            self.parent.fail(str(error))
        self.log.info("%d students in %s", len(found), extracted_path)


class Collector(FileNameCollectorPlugin):
    """Replaces nbgrader's collector, which guesses students from file names. Here each folder belongs to a student."""

    def collect(self, submitted_file: str) -> dict[str, Any]:
        extracted = Path(self.parent._format_collect_path(self.parent.extracted_directory))
        student, *inner = Path(submitted_file).relative_to(extracted).parts
        return {"student_id": student, "file_id": "/".join(inner)}


def _lay_out(member: Member, folder: Path, assignment_id: str) -> list[str]:
    """Write everything that is the student's, and the time if the student cannot have chosen it. Returns notes."""
    notes = [*member.notes, *([member.problem] if member.problem else [])]
    try:
        if member.folder is not None:
            notes += copy_opened(member.folder, folder, for_a_student())
    except Failure as failure:
        notes.append(failure.message)
    if not member.named and folder.is_dir():
        require_one(folder, member.student, assignment_id)
    folder.mkdir(parents=True, exist_ok=True)
    work = [file for file in member.files if file.suffix.lower() in (".ipynb", ".py")]
    for file in member.files:
        name = f"{assignment_id}{file.suffix.lower()}" if work == [file] else file.name
        shutil.copyfile(file, folder / name, follow_symlinks=False)
    (folder / _TIMESTAMP).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        (folder / _NOTHING).write_text("\n".join(notes or ["The folder was empty."]), encoding="utf-8")
    if member.submitted is not None:
        (folder / _TIMESTAMP).write_text(member.submitted.astimezone(UTC).isoformat(" "), encoding="ascii")
    return notes
