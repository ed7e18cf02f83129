"""Finds each student's submission among the files that were handed in.

It runs in the trusted process on folders that may be hostile: links are not followed, and files are read, never run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from autograder.errors import CourseError, Failure
from autograder.intake.archives import KNOWN, copy_opened, for_a_student, is_archive, walk
from autograder.intake.folders import homes, is_named, listed, listing, notebooks_and_scripts
from autograder.intake.members import Member, OfSeveralError, Place, members, require_one
from autograder.submission import reading_process
from autograder.submission.definitions import Work
from autograder.submission.release import Release
from autograder.submission.work import beyond, finished, work_in
from autograder.text import same_name

_COMPARED_FILES = 8  # of one student's folder; each is read whole
_PACKED = ": this archive was not opened. Hand in the notebook or script that is inside it"


@dataclass(frozen=True)
class Found:
    """One submission: the file to grade, or the problem that prevents grading; and its hand-in time.

    notes: for the report: why this file was chosen, if that is not obvious.
    collected: the folder into which nbgrader, or the person who collected the work, put the submission.
    """

    id: str
    path: Path | None
    problem: str | None
    submitted: datetime | None = None
    notes: tuple[str, ...] = ()
    collected: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", same_name(self.id))


def find_own(release: Release) -> tuple[Path, tuple[str, ...]]:
    """The file in a release's folder that contains the student's own work, and notes on the choice.

    Files are read in this process, because this is the student's own machine. Raises: Failure if there is no work.
    """
    with reading_process.in_this_process():
        (found,) = find([release.folder], release.assignment_id, release)
    if found.path is None or found.problem:
        raise Failure(found.problem or f"there is no work in {release.folder}")
    return found.path, found.notes


def find(
    paths: Sequence[str | os.PathLike[str]],
    assignment_id: str,
    release: Release | None = None,
    unpacked: Path | None = None,
) -> list[Found]:
    """The submissions in `paths`: files and folders of one or many students, archives, nbgrader's submitted/.

    unpacked: a folder to unpack archives into, which must stay until all is graded; None: archives stay closed.
    Raises: CourseError if a path does not exist, two submissions have the same id, or the layout is ambiguous.
    """
    found: list[tuple[Found, Path]] = []
    refused: list[CourseError] = []
    for given in map(Path, paths):
        if not given.exists():
            raise CourseError(f"{given}: there is no such file or folder")
        place = Place(assignment_id, release, unpacked, alone=len(paths) == 1)
        found += [(_of(member, place, refused), given) for member in members(given, place)]
    if refused and not any(item.path for item, _ in found):
        raise refused[0]
    first: dict[str, str] = {}
    for item, given in found:
        where = str(item.path or given)
        if item.id in first:
            raise CourseError(
                f"two submissions have the id {item.id}: {first[item.id]} and {where}; rename one of them"
            )
        first[item.id] = where
    return [item for item, _ in found]


def require_work(found: Sequence[Found], paths: Sequence[Path]) -> None:
    """Raises: CourseError if a folder, taken as a class's or an only student's, contains nothing to grade.

    Then it is probably the wrong folder, and its zeros would be wrong. If several paths are named, each is a student's.
    """
    if not found or any(item.path for item in found) or 1 < len(paths) >= len(found):
        return
    if len(found) == 1:
        raise CourseError(f"{paths[0]}: {found[0].problem}. Is it the right folder?")
    seen = "; ".join(f"{item.id}: {item.problem}" for item in found[:3])
    raise CourseError(
        f"None of {len(found)} students has a notebook or script in {listed(map(str, paths))}: {seen}. "
        "Is it the right folder? In it, each student should have a folder, a file or an archive."
    )


def _of(member: Member, place: Place, refused: list[CourseError]) -> Found:
    """refused: collects the errors of students' folders that contain several students' work. A student's archive must
    not prevent others from being graded. An archive next to the students comes from staff, so its error is raised."""
    if member.problem is not None:
        return Found(member.student, None, member.problem)
    if member.folder is not None:
        try:
            found = pick(
                member.folder, member.student, place.assignment_id, place.release, place.unpacked, named=member.named
            )
        except OfSeveralError as error:
            if member.loose:
                raise
            refused.append(error)
            return Found(member.student, None, str(error))
    else:
        files = [file for file in member.files if file.suffix.lower() in (".ipynb", ".py")]
        rest = [file for file in member.files if file not in files]
        name = place.assignment_id if len(member.files) == 1 else member.student
        found = (
            _choose(member.student, files, name, place.release)
            if files
            else Found(member.student, None, _nothing(place.assignment_id, "", rest))
        )
    return replace(found, notes=(*member.notes, *found.notes), submitted=member.submitted)


def pick(
    folder: Path,
    student: str,
    assignment_id: str,
    release: Release | None,
    unpacked: Path | None = None,
    *,
    named: bool = False,
) -> Found:
    """The submission in one student's folder. unpacked: see `find`. named: see `Member`.

    Raises: OfSeveralError if an archive in it is a class's download.
    """
    place = Place(assignment_id, release, unpacked)
    notes: list[str] = []
    inside = folder
    if unpacked is not None and any(is_archive(path.name) for path in walk(folder)):
        try:
            inside = place.new_folder() / folder.name
            notes = copy_opened(folder, inside, for_a_student())
        except Failure as failure:
            inside, notes = folder, [failure.message]
        if not named:
            require_one(inside, student, assignment_id)
    found = _pick(inside, student, place, opened=inside is not folder)
    if found.problem and notes:
        found = replace(found, problem=f"{found.problem} ({'; '.join(notes[:3])})")
    return replace(found, collected=_collected(folder, student, place))


def _collected(folder: Path, student: str, place: Place) -> Path:
    """The folder in which nbgrader puts this student's work: submitted/{student}/{assignment}. `folder` is any of them.

    Nothing in an unpacked archive counts as written by nbgrader, because all of it was handed in.
    """
    if place.unpacked is not None and folder.is_relative_to(place.unpacked):
        return place.unpacked
    return folder if folder.name == place.assignment_id != student else folder / place.assignment_id


def _pick(folder: Path, student: str, place: Place, *, opened: bool) -> Found:
    """opened: archives were unpacked in it, so work may be in deeper folders."""
    found = homes(folder, place.assignment_id)
    _, files, links, rest = listing(folder)
    for home in (home for home in found if home != folder):
        files, rest = files + listing(home)[1], rest + listing(home)[3]
    if not files or opened:
        files += [file for file in notebooks_and_scripts(folder, place.others) if file not in files]
    if not files:
        for inner in (folder / place.assignment_id, folder / "assignments"):
            links, rest = links + listing(inner)[2], rest + listing(inner)[3]
        rest = rest or list(walk(folder))
        return Found(student, None, _nothing(place.assignment_id, f" in {folder.name}", rest, links))
    strays = [path for path in rest if path.suffix.lower() in KNOWN or ".ipynb" in path.name.lower()]
    return _choose(student, files, place.assignment_id, place.release, folder, strays)


def _nothing(assignment_id: str, where: str, rest: Sequence[Path], links: Sequence[Path] = ()) -> str:
    """A message that says what was found instead of a notebook or script."""
    problem = f"no {assignment_id}.ipynb or {assignment_id}.py{where}"
    if links:
        return f"{problem} ({links[0].name} is a link, which is not followed)"
    if meant := _misnamed(assignment_id, rest):
        return f"{problem}. {meant}"
    if rest:
        packed = any(path.suffix.lower() in KNOWN for path in rest)
        problem += f", but {listed(path.name for path in rest)}{_PACKED if packed else ''}"
    return problem


def _misnamed(assignment_id: str, files: Sequence[Path]) -> str:
    """What to do if a program has added a suffix to the name of a notebook or script; "" if there is no such file."""
    for path in files:
        if found := re.fullmatch(r".+(\.ipynb|\.py)\.(txt|json|html?|xml)", path.name, re.IGNORECASE):
            return f"Rename {path.name} to {assignment_id}{found[1].lower()}; the rest was added when it was saved."
    return ""


@dataclass(frozen=True)
class _Candidates:
    """One student's files, the most likely first; one of them will be graded.

    named: the files with the right name. works: file -> the student's work in it, if there is any. unread: file -> why
    it could not be read. called: file -> its name for messages.
    """

    files: list[Path]
    named: list[Path]
    works: dict[Path, Work]
    unread: dict[Path, str]
    called: dict[Path, str]


def _choose(
    student: str,
    files: list[Path],
    name: str,
    release: Release | None,
    folder: Path | None = None,
    strays: Sequence[Path] = (),
) -> Found:
    """The file that contains all of the student's work, with a note if the choice is not obvious.

    name: the right name, without its suffix. If no file contains all work, the file with this name and the most
    finished exercises is taken, and the notebook if both have the same number; the note says what is not graded.
    strays: files that may contain work, but cannot be graded.
    """
    if len(files) == 1 and not strays:
        return Found(student, files[0], None)
    candidates = _candidates(files, name, release, folder)
    chosen = _best(candidates, release)
    if chosen is None:
        return Found(student, None, _undecided(candidates, name))
    notes = (
        *_note_of_its_name(chosen, candidates, name),
        *_notes_of_other_work(chosen, candidates, release),
        *_notes_of_unread_files(chosen, candidates),
        *_note_of_strays(chosen, candidates, strays, name),
    )
    return Found(student, chosen, None, notes=notes)


def _candidates(files: Sequence[Path], name: str, release: Release | None, folder: Path | None) -> _Candidates:
    files = sorted(files, key=lambda file: (not is_named(file, name), file.suffix.lower() != ".ipynb"))
    works, unread = dict[Path, Work](), dict[Path, str]()
    for file in files[:_COMPARED_FILES]:
        try:
            if work := reading_process.apart(file.name, work_in, file, release):
                works[file] = work
        except Failure as failure:
            unread[file] = failure.message
    called = {file: (file.relative_to(folder) if folder else Path(file.name)).as_posix() for file in files}
    return _Candidates(files, [file for file in files if is_named(file, name)], works, unread, called)


def _best(candidates: _Candidates, release: Release | None) -> Path | None:
    """The file to grade; None if every choice would leave out some work, or be a guess."""
    works, named = candidates.works, candidates.named
    whole = [file for file in works if not any(beyond(other, works[file]) for other in works.values())]
    if whole:
        return whole[0]
    if named_works := [file for file in named if file in works]:
        return max(named_works, key=lambda file: finished(works[file], release))
    if works:
        return None
    if named:
        return named[0]
    return candidates.files[0] if len(candidates.files) == 1 else None


def _undecided(candidates: _Candidates, name: str) -> str:
    problem = f"several files and none is named {name}.ipynb or {name}.py: {listed(candidates.called.values())}"
    if candidates.works:
        return f"{problem}. Each has work that the others lack: put all of it into one file and hand in that one."
    return ". ".join([problem, *list(candidates.unread.values())[:3]])


def _note_of_its_name(chosen: Path, candidates: _Candidates, name: str) -> Iterator[str]:
    named, called = candidates.named, candidates.called
    if chosen not in named:
        others = listed(called[file] for file in named or candidates.files if file != chosen)
        yield (
            f"{called[chosen]} was used, because there is {'less' if named else 'no more'} of your work in {others}. "
            f"The right name is {name}{chosen.suffix.lower()}."
        )


def _notes_of_other_work(chosen: Path, candidates: _Candidates, release: Release | None) -> Iterator[str]:
    works, called = candidates.works, candidates.called
    for file, work in works.items():
        if own := beyond(work, works[chosen]):
            here, there = finished(works[chosen], release), finished(work, release)
            yield (
                f"{called[chosen]} was used and not {called[file]} (finished exercises: {here} and {there}), which "
                f"has other code for {listed(own)}. Put all of your work into one file and hand in that one."
            )


def _notes_of_unread_files(chosen: Path, candidates: _Candidates) -> Iterator[str]:
    """Notes on unreadable files that may be the right ones: they have the right name, or the chosen one has no work."""
    for file, message in candidates.unread.items():
        if file != chosen and (file in candidates.named or chosen not in candidates.works):
            yield f"{candidates.called[chosen]} was used, because another file could not be read: {message}"


def _note_of_strays(chosen: Path, candidates: _Candidates, strays: Sequence[Path], name: str) -> Iterator[str]:
    if strays and not candidates.works:
        what = listed(path.name for path in strays)
        meant = _misnamed(name, strays) or "Hand in the notebook or script itself."
        yield f"nothing is written in {candidates.called[chosen]}, and {what} was not read. {meant}"
