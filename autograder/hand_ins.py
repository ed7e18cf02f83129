"""Which of the files that were handed in is a student's submission, and whose it is.

Runs in the trusted process on folders that may be hostile: links are not followed, and files are read, never run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.course import FILE_NAME
from autograder.errors import CourseError, Failure
from autograder.release import Release, Work, beyond, finished, work_in

_COMPARED_FILES = 8  # of one student's folder; each is read whole
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
_NO_WORK = ("__pycache__", "__MACOSX", "conftest.py", "setup.py")
_PACKED = ": an archive is not opened. Hand in the notebook or script that is inside it"


@dataclass(frozen=True)
class Found:
    """One submission: the file to grade, or the problem that keeps it from being graded; when it was handed in.

    notes: why this file and no other, where that is not plain; they belong into the report.
    """

    id: str
    path: Path | None
    problem: str | None
    submitted: datetime | None = None
    notes: tuple[str, ...] = ()


def find(paths: Sequence[str | os.PathLike[str]], assignment_id: str, release: Release | None = None) -> list[Found]:
    """The submissions in `paths`: files, submission folders, folders of submissions, nbgrader's submitted/.

    Raises: CourseError if a path does not exist, two submissions have one id, or a folder may be a class's.
    """
    found: list[tuple[Found, Path]] = []
    for given in map(Path, paths):
        if not given.exists():
            raise CourseError(f"{given}: there is no such file or folder")
        found += [(item, given) for item in _find(given, assignment_id, release)]
    first: dict[str, str] = {}
    for item, given in found:
        where = str(item.path or given)
        if item.id in first:
            raise CourseError(
                f"two submissions have the id {item.id}: {first[item.id]} and {where}; rename one of them"
            )
        first[item.id] = where
    return [item for item, _ in found]


def _find(given: Path, assignment_id: str, release: Release | None) -> list[Found]:
    whole = Path(os.path.abspath(given))  # "." has a name too
    if not given.is_dir():
        own_name = _is_named(whole, assignment_id)
        return [Found(_student(whole.parent, assignment_id) if own_name else whole.stem, given, None)]
    folders, files, links, rest = _listing(given)
    _require_one_student(given, files, assignment_id, release)
    if _homes(given, assignment_id) or _is_repository(given) or (not folders and not links and len(files) < 2):
        return [pick(given, _student(whole, assignment_id), assignment_id, release)]
    folders = [folder for folder in folders if not _others_only(folder, assignment_id, release)]
    found = [pick(folder, folder.name, assignment_id, release) for folder in folders]
    found += [Found(link.name, None, "this is a link to a folder; hand in the folder itself") for link in links]
    linked = [file for file in files if file.is_symlink()]  # to another student's work, perhaps
    found += [Found(link.stem, None, "this is a link to a file; hand in the file itself") for link in linked]
    stems: dict[str, list[Path]] = {}
    for file in [file for file in files if file not in linked]:
        stems.setdefault(file.stem, []).append(file)
    found += [_choose(stem, group, stem, release) for stem, group in stems.items()]
    ids = {item.id for item in found}
    found += [
        Found(p.stem, None, p.name + _PACKED) for p in rest if p.suffix.lower() in _ARCHIVES and p.stem not in ids
    ]
    return sorted(found, key=lambda item: item.id)


def _require_one_student(folder: Path, files: list[Path], assignment_id: str, release: Release | None) -> None:
    """Raises: CourseError if one file has the assignment's name, and others hold the same exercises under other names.

    Read as one student's, such a folder would leave the others ungraded.
    """
    named = [file for file in files if _is_named(file, assignment_id)]
    others = [file for file in files if assignment_id.lower() not in file.stem.lower()]
    if not named or len(others) < 2:
        return
    by_exercise: dict[str, list[str]] = {}
    for file in others[:_COMPARED_FILES]:
        with contextlib.suppress(Failure):
            for name in work_in(file, release):
                if release is None or name in release.exercises:
                    by_exercise.setdefault(name, []).append(file.name)
    if any(len(names) > 1 for names in by_exercise.values()):
        raise CourseError(
            f"{folder} holds {named[0].name}, and work on the same exercises in "
            f"{_listed(file.name for file in others)}: if these are several students', name the files ({folder}/*); "
            "if one student's, leave one file there"
        )


def _student(folder: Path, assignment_id: str) -> str:
    """Whose folder it is: in nbgrader's submitted/{student}/{assignment} the one above, in a repository the whole."""
    if folder.name == assignment_id and folder.parent.name:
        folder = folder.parent
        if folder.name == "assignments" and folder.parent.name:
            folder = folder.parent
    return folder.name


def _listing(folder: Path) -> tuple[list[Path], list[Path], list[Path], list[Path]]:
    """The folders, the notebooks and scripts, the links to folders and the rest, sorted; nothing that is hidden."""
    folders, files, links, rest = [], [], [], []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        entries = []
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith((".", "test_")) or entry.name in _NO_WORK:
            continue
        if entry.is_symlink() and path.is_dir():
            links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif path.suffix.lower() in (".ipynb", ".py"):
            files.append(path)
        else:
            rest.append(path)
    return folders, files, links, rest


def _is_named(file: Path, name: str) -> bool:
    """Whether this file has the name, but for capitals and its suffix."""
    return file.stem.lower() == name.lower()


def _homes(folder: Path, assignment_id: str) -> list[Path]:
    """The folders, in or at `folder`, that hold the assignment under its own name."""
    found = []
    for home in (folder, folder / assignment_id, folder / "assignments" / assignment_id):
        inner = home.relative_to(folder).parts
        if any(folder.joinpath(*inner[: n + 1]).is_symlink() for n in range(len(inner))):
            continue
        if any(_is_named(file, assignment_id) for file in _listing(home)[1]):
            found.append(home)
    return found


def _is_repository(folder: Path) -> bool:
    """Whether it was made from a template for students: then it is one student's, whatever is missing in it."""
    return (folder / FILE_NAME).is_file() and (folder / "assignments").is_dir()


def _others_only(folder: Path, assignment_id: str, release: Release | None) -> bool:
    """Whether a student's folder in nbgrader's submitted/ has none but the course's other assignments."""
    folders, files, links, _ = _listing(folder)
    others = set(os.listdir(release.folder.parent)) - {assignment_id} if release else set()
    return bool(folders) and not files and not links and {each.name for each in folders} <= others


def pick(folder: Path, student: str, assignment_id: str, release: Release | None) -> Found:
    """The submission in one student's folder."""
    for _ in range(3):  # a zip often unpacks into a folder in a folder
        homes = _homes(folder, assignment_id)
        folders, files, links, rest = _listing(folder)
        for home in (home for home in homes if home != folder):
            files, rest = files + _listing(home)[1], rest + _listing(home)[3]
        inner = [each for each in (folder / assignment_id, folder / "assignments") if each in folders]
        inner += folders if len(folders) == 1 else []
        if not files and inner:
            folder = inner[0]
            continue
        break
    if not files:
        problem = f"no {assignment_id}.ipynb or {assignment_id}.py in {folder.name}"
        if links:
            problem += f" ({links[0].name} is a link, which is not followed)"
        elif rest:
            packed = any(path.suffix.lower() in _ARCHIVES for path in rest)
            problem += f", but {_listed(path.name for path in rest)}{_PACKED if packed else ''}"
        return Found(student, None, problem)
    strays = [path for path in rest if path.suffix.lower() in _ARCHIVES or ".ipynb" in path.name.lower()]
    return _choose(student, files, assignment_id, release, folder, strays)


def _choose(
    student: str,
    files: list[Path],
    name: str,
    release: Release | None,
    folder: Path | None = None,
    strays: Sequence[Path] = (),
) -> Found:
    """Of several files the one that holds all of the student's work, and a note if that is not plain.

    name: what it should be called, without its suffix. Where no file holds it all, the one of that name is taken in
    which the most exercises are finished, rather the notebook than the script; the note says what is not graded.
    strays: files that may hold work, but cannot be graded.
    """
    if len(files) == 1 and not strays:
        return Found(student, files[0], None)
    files = sorted(files, key=lambda file: (not _is_named(file, name), file.suffix.lower() != ".ipynb"))
    called = {file: (file.relative_to(folder) if folder else Path(file.name)).as_posix() for file in files}
    works, unread = dict[Path, Work](), dict[Path, str]()
    for file in files[:_COMPARED_FILES]:
        try:
            if work := work_in(file, release):
                works[file] = work
        except Failure as failure:
            unread[file] = failure.message
    named = [file for file in files if _is_named(file, name)]
    whole = [file for file in works if not any(beyond(other, works[file]) for other in works.values())]
    most = sorted((file for file in named if file in works), key=lambda file: -finished(works[file], release))
    chosen = next(iter(whole or most or ([] if works else named or files * (len(files) == 1))), None)
    if chosen is None:
        problem = f"several files and none is named {name}.ipynb or {name}.py: {_listed(called.values())}"
        apart = "Each holds work that the others do not: put all of it into one file and hand in that one."
        return Found(student, None, ". ".join([problem, *([apart] if works else list(unread.values())[:3])]))
    notes, best = [], called[chosen]
    if chosen not in named:
        others = _listed(called[file] for file in named or files if file != chosen)
        notes.append(
            f"{best} was graded, because there is {'less' if named else 'no more'} of your work in {others}. "
            f"The right name is {name}{chosen.suffix.lower()}."
        )
    for file, work in works.items():
        if own := beyond(work, works[chosen]):
            counts = f"{finished(works[chosen], release)} exercises are finished in it, {finished(work, release)} there"
            notes.append(
                f"{best} was graded and not {called[file]} ({counts}), which has other code for {_listed(own)}. "
                "Put all of your work into one file and hand in that one."
            )
    for file, message in unread.items():
        if file != chosen and (file in named or chosen not in works):
            notes.append(f"{best} was graded, because another file could not be: {message}")
    if strays and not works:
        what = _listed(path.name for path in strays)
        notes.append(f"nothing is written in {best}, and {what} was not read: hand in the notebook or script itself")
    return Found(student, chosen, None, notes=tuple(notes))


def _listed(names: Iterable[str]) -> str:
    first, rest = (names := list(names))[:5], len(names) - 5
    return ", ".join(first) + (f" and {rest} more" if rest > 0 else "")
