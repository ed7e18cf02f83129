"""Decides which files and folders belong to which student, and whether there is one student or a class.

It runs in the trusted process on folders that may be hostile: links are not followed, and nothing in them is run.
Ambiguous layouts are refused, because a wrong guess would grade a student as somebody else, or not at all.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.course.course import FILE_NAME
from autograder.errors import CourseError, Failure
from autograder.intake.archives import for_a_class, is_archive, stem, unpack, walk
from autograder.intake.downloads import download_in, is_of_several, is_staffs, sorted_by_student
from autograder.intake.folders import holds_work, homes, is_named, listed, listing, student_of
from autograder.submission import reading_process
from autograder.submission.release import Release
from autograder.submission.work import work_in
from autograder.text import shortened

_COMPARED_FILES = 8  # of one folder; each is read whole
# Folders in which people sort their own files: no students.
_PARTS = {
    "src", "source", "code", "lib", "utils", "notebook", "notebooks", "script", "scripts", "test", "tests", "model",
    "models", "data", "dataset", "datasets", "doc", "docs", "report", "figure", "figures", "image", "images", "plot",
    "plots", "result", "results", "output", "outputs", "old", "new", "backup", "copy", "draft", "final", "homework",
    "assignment", "assignments", "submission", "solution",
}  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A student and their files: everything in a folder, or files with their name; or a problem that prevents reading.

    notes, submitted: what is known already. named: a platform says whose it is, so all of it is theirs.
    loose: it is next to other students' work, in files named after students.
    """

    student: str
    folder: Path | None = None
    files: tuple[Path, ...] = ()
    problem: str | None = None
    notes: tuple[str, ...] = ()
    submitted: datetime | None = None
    named: bool = False
    loose: bool = False


@dataclass(frozen=True)
class Place:
    """Where to look for submissions. unpacked: a folder to unpack archives into; None: they stay closed.

    alone: nothing else was named to be graded. others: the ids of the course's other assignments.
    """

    assignment_id: str
    release: Release | None
    unpacked: Path | None = None
    alone: bool = True

    @property
    def others(self) -> set[str]:
        return set(os.listdir(self.release.folder.parent)) - {self.assignment_id} if self.release else set()

    def new_folder(self) -> Path:
        assert self.unpacked is not None
        self.unpacked.mkdir(parents=True, exist_ok=True)
        return self.unpacked / str(len(os.listdir(self.unpacked)))


def members(given: Path, place: Place) -> list[Member]:
    """All students whose work is in this file, archive or folder.

    Raises: CourseError, which says what was seen and what to do, if it is unclear who is who.
    """
    whole = Path(os.path.abspath(given))  # "." has a name too
    if given.is_dir():
        return _in_folder(given, student_of(whole, place.assignment_id), place)
    if place.unpacked is not None and is_archive(given.name):
        return _in_archive(given, stem(given.name), place)
    named = is_named(whole, place.assignment_id)
    return [Member(student_of(whole.parent, place.assignment_id) if named else whole.stem, files=(given,))]


def _in_archive(archive: Path, name: str, place: Place) -> list[Member]:
    """name: of the student, if the archive is a single student's."""
    folder = place.new_folder() / re.sub(r"[/\\\x00]", "_", name)[:60]
    try:
        notes = unpack(archive, folder, for_a_class())
    except Failure as failure:
        raise CourseError(f"{archive} cannot be read as submissions: {failure.message}") from failure
    found = _in_folder(folder, name, place)
    return [replace(each, notes=(*each.notes, *notes)) for each in found] if len(found) == 1 else found


def _in_folder(folder: Path, name: str, place: Place) -> list[Member]:
    """name: of the student, if the folder is a single student's."""
    folders, files, links, rest = listing(folder)
    _require_one_student(folder, files, place)
    if _is_one_students(folder, place):
        _require_nobody_beside(folder, place)
        return [Member(name, folder)]
    if found := _downloaded(folder, place):
        return found
    packed = [path for path in rest if is_archive(path.name)]
    if place.unpacked is not None and len(packed) == 1 and not (folders or files or links or _handed_in(rest)[1:]):
        # If several folders were named, each is a student's; an archive in one must not turn it into a class.
        return _in_archive(packed[0], name, place) if place.alone else [Member(name, folder)]
    ones = {*_PARTS, place.assignment_id.lower()}
    persons = len(files) + sum(stem(path.name).lower() not in ones for path in packed)
    if _holds_parts(folder, place) or (not (folders or links) and persons < 2):
        return [Member(name, folder)]
    return _side_by_side(folder, place)


def class_in(folder: Path, place: Place) -> list[Member]:
    """Like `members`, for a folder that is known to be a class's, however few students are in it."""
    folders, files, links, rest = listing(folder)
    if found := _downloaded(folder, place):
        return found
    if place.unpacked is not None and len(rest) == 1 and is_archive(rest[0].name) and not (folders or files or links):
        return _in_archive(rest[0], _name(rest[0]), place)
    return _side_by_side(folder, place)


class OfSeveralError(CourseError):
    """A folder that was taken for one student's is a class's download."""


def require_one(opened: Path, student: str, assignment_id: str) -> None:
    """Raises: OfSeveralError if one student's folder, with its archives opened, is a class's download."""
    if download := download_in(opened, assignment_id):
        inside = download.relative_to(opened).as_posix()
        raise OfSeveralError(
            f"{student}'s submission contains a learning platform's download with the work of several students"
            f"{'' if inside == '.' else f' ({inside})'}. Unpack that download, and pass it to the command itself."
        )


def _downloaded(folder: Path, place: Place) -> list[Member]:
    if place.unpacked is None:
        return []
    found = sorted_by_student(folder, place.new_folder(), place.assignment_id) or []
    return [Member(each.student, each.folder, (), None, each.notes, each.submitted, named=True) for each in found]


def _handed_in(rest: Sequence[Path]) -> list[Path]:
    return [path for path in rest if not is_staffs(path)]


def _side_by_side(folder: Path, place: Place) -> list[Member]:
    """The students in a class's folder, which contains folders and files of students, or of sections."""
    folders, files, links, rest = listing(folder)
    handed_in = _handed_in(rest)
    if len(folders) == 1 and not (files or links or handed_in) and _kind(folders[0], place) == "several":
        return _in_folder(folders[0], folders[0].name, place)
    theirs = _in_folders(folder, folders, place)
    taken = {each.student for each in theirs}  # carol.zip next to carol/ is hers, and was unpacked
    handed_in = [path for path in handed_in if _name(path) not in taken]
    return sorted([*theirs, *_loose(files, links, handed_in, place)], key=lambda each: each.student)


def _in_folders(folder: Path, folders: Sequence[Path], place: Place) -> list[Member]:
    """Each folder is a student's, or each is a section's and contains students' folders."""
    kinds = {each: _kind(each, place) for each in folders if not _others_only(each, place)}
    several = [each for each, kind in kinds.items() if kind == "several"]
    single = [each for each, kind in kinds.items() if kind == "one"]
    if several and single:
        raise CourseError(
            f"{folder}: who is who? {shortened([each.name for each in several])} "
            f"{'has' if len(several) == 1 else 'have'} several folders with work, like a section of a class; "
            f"{shortened([each.name for each in single])} not. If they are sections, name each of them "
            f"({several[0]} ...); if they are students, leave one folder with work in each."
        )
    if several:
        return [member for each in several for member in _in_folder(each, each.name, place)]
    return [Member(each.name, each) for each in kinds]


def _loose(files: Sequence[Path], links: Sequence[Path], handed_in: Sequence[Path], place: Place) -> list[Member]:
    """Files side by side belong to the students that they are named after."""
    found = [Member(link.name, problem="this is a link to a folder; hand in the folder itself") for link in links]
    by_name: dict[str, list[Path]] = {}
    for file in [*files, *handed_in]:
        name = _name(file)
        if file.is_symlink():  # to another student's work, perhaps
            found.append(Member(name, problem="this is a link to a file; hand in the file itself"))
        else:
            by_name.setdefault(name, []).append(file)
    for name, theirs in by_name.items():
        if place.unpacked is None or not any(is_archive(file.name) for file in theirs):
            found.append(Member(name, files=tuple(theirs)))
            continue
        folder = place.new_folder() / name[:60]
        folder.mkdir(parents=True)
        for file in theirs:
            with contextlib.suppress(OSError):
                shutil.copyfile(file, folder / file.name, follow_symlinks=False)
        found.append(Member(name, folder, loose=True))
    return found


def _name(file: Path) -> str:
    """The student after whom a file is named: ada.ipynb, ada.tar.gz, ada.ipynb.txt."""
    return stem(file.name) if is_archive(file.name) else re.sub(r"\.(ipynb|py)\Z", "", file.stem)


def _kind(folder: Path, place: Place) -> str:
    """Whether this folder in a class is "one" student's, "several" students' (a section), or "empty"."""
    for _ in range(4):
        folders, files, links, rest = listing(folder)
        if _is_one_students(folder, place):
            return "one"
        if place.unpacked is not None and is_of_several(folder, place.assignment_id):
            return "several"
        if sum(each.name not in place.others and not _is_part(each) and holds_work(each) for each in folders) > 1:
            return "several"
        if files or links or rest or len(folders) != 1:
            break
        folder = folders[0]
    return "one" if next(walk(folder), None) or links else "empty"


def _is_one_students(folder: Path, place: Place) -> bool:
    """Whether the folder is clearly one student's: it has the assignment by name, and no other student's work."""
    if (folder / FILE_NAME).is_file() and (folder / "assignments").is_dir():
        return True  # made from a template for students, whatever is missing in it
    found = homes(folder, place.assignment_id)
    if folder in found or folder / "assignments" / place.assignment_id in found:
        return True
    return bool(found) and not any(
        each.name not in {place.assignment_id, *place.others} and not _is_part(each) and holds_work(each)
        for each in listing(folder)[0]
    )


def _holds_parts(folder: Path, place: Place) -> bool:
    """Whether its folders are named after assignments or kinds of files, rather than students."""
    folders, files, _, _ = listing(folder)
    students = [each for each in folders if each.name not in place.others and not _is_part(each)]
    if students == [folder / place.assignment_id]:
        return _kind(students[0], place) != "several"
    return bool(folders) and not students and not files


def _is_part(folder: Path) -> bool:
    return folder.name.lower() in _PARTS


def _others_only(folder: Path, place: Place) -> bool:
    """Whether a student's folder in nbgrader's submitted/ has only other assignments of the course."""
    folders, files, links, _ = listing(folder)
    return bool(folders) and not files and not links and {each.name for each in folders} <= place.others


def _require_one_student(folder: Path, files: list[Path], place: Place) -> None:
    """Raises: CourseError if one file has the assignment's name, and others have the same exercises under other names.

    Read as one student's, such a folder would leave the others ungraded.
    """
    named = [file for file in files if is_named(file, place.assignment_id)]
    others = [file for file in files if place.assignment_id.lower() not in file.stem.lower()]
    if not named or len(others) < 2:
        return
    by_exercise: dict[str, list[str]] = {}
    for file in others[:_COMPARED_FILES]:
        with contextlib.suppress(Failure):
            for name in reading_process.apart(file.name, work_in, file, place.release):
                if place.release is None or name in place.release.exercises:
                    by_exercise.setdefault(name, []).append(file.name)
    if any(len(names) > 1 for names in by_exercise.values()):
        raise CourseError(
            f"{folder} holds {named[0].name}, and work on the same exercises in "
            f"{listed(file.name for file in others)}: if these are several students', name the files ({folder}/*); "
            "if one student's, leave one file there"
        )


def _require_nobody_beside(folder: Path, place: Place) -> None:
    """Raises: CourseError if the assignment's folder may be a student's of this name, with others who have no work."""
    inner = folder / place.assignment_id
    if homes(folder, place.assignment_id) != [inner] or (folder / ".git").exists():
        return
    own = {place.assignment_id, *place.others}
    others = [each for each in listing(folder)[0] if each.name not in own and not _is_part(each)]
    if others := [each for each in others if next(walk(each), None)]:
        raise CourseError(
            f"{folder}: is {inner.name} the work of one student, or a student of this name beside "
            f"{shortened([each.name for each in others])}? If it is one student's, name {inner}; else name the folders "
            f"({folder}/*)."
        )
