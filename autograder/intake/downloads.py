"""Sorts a learning platform's download of all submissions by student.

The platforms' file names, according to their own code or to other parsers:

- Moodle, `Full Name_123456_assignsubmission_file_/...`, or the same in front of a file's name. The number changes with
  each assignment. Blind marking has a word in place of the name, group work has the group
  (mod/assign/classes/downloader.php).
- Canvas, `lastnamefirstname_LATE_101_5555_conv-1.ipynb`: the sortable name in lower case without punctuation, `LATE`
  if it was late, the numbers of the user and the file, and -1 ... after a name that was handed in before; `anon_x1y2z`
  if names are hidden; `..._text.html`, `..._link.html` for submissions that are not files (lib/content_zipper.rb).
- Blackboard, `Assignment_username_attempt_2026-01-31-23-59-59_conv.ipynb`, and for each attempt the same up to the time
  with `.txt`, which begins with `Name: Full Name (username)` (nbgrader.plugins.zipcollect, kwurst/bb-file-cleanup).
- Brightspace, `39786-640693 - Full Name - Oct 10, 2025 1022 AM/...`, or followed by ` - file`: the numbers of the user
  and the folder, and the time, which is written in the language of the site; one for each attempt.
- Gradescope, `submission_456/...` next to `submission_metadata.yml`, which gives each one's submitter and time.

Students get the platform's name for them: the user name, address or number if it has one that stays the same. Students
with the same name also get their number. Other files next to the download, perhaps from mail, belong to the student
whose name they have.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, Failure
from autograder.intake.archives import copy, for_a_class, is_a_programs
from autograder.text import same_name
from autograder.times import instant

_LOOKED_AT = 500  # folders in what one student handed in
_METADATA = "submission_metadata.yml"
_METADATA_LIMIT_BYTES = 128 * 2**20
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+_?(?P<file>.*)", re.DOTALL)
_CANVAS = re.compile(
    r"(?:(?P<late>LATE_)?(?P<anonymous>anon_[a-z0-9]+)|(?P<name>.+?)(?P<was_late>_LATE)?_(?P<user>\d+))"
    r"_(?:(?P<upload>\d+)_(?P<file>.+)|(?P<page>text|link)\.html)",
    re.IGNORECASE | re.DOTALL,
)
_AGAIN = re.compile(r"(.+)-\d{1,3}(\.\w+)", re.DOTALL)  # Canvas's name for conv.ipynb if it is handed in again
_BLACKBOARD = re.compile(r"(?P<head>.+)_[^\W\d_]+_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL)
_RECEIPT = re.compile(r"Name:.*\((?P<user>[^()\n]+)\)\s*\n")
_BRIGHTSPACE = re.compile(
    r"(?P<number>\d+)-\d+ - (?P<name>.+?) ?- (?P<time>[^-]*\d{4}[^-]* \d{3,4}(?: [AP]M)?|\d{4}-\d\d-\d\d[^-]* \d{3,4})"
    r"(?: - (?P<file>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_FOLDERS = (_MOODLE, _BRIGHTSPACE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".yml", ".yaml", ".toml", ".ini", ".cfg", ".log", ".sh", ".db")
_PAGES = ("index", "readme", "license", "makefile", "timestamp")


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in: everything in `folder`, our copy, under the names that they gave their files.

    submitted: when, if the platform says so with a time zone.
    """

    student: str
    folder: Path
    notes: tuple[str, ...] = ()
    submitted: datetime | None = None


@dataclass(frozen=True)
class _Part:
    """A file or a folder of a download. key: its student; number: distinguishes students of the same name.

    file: its original name; None for a folder, whose files keep their names. attempt: for sorting a student's
    submissions; if an attempt has several files of the same name, the highest version counts.
    """

    path: Path
    key: str
    number: str = ""
    file: str | None = None
    attempt: tuple[Any, ...] = ()
    version: int = 0
    notes: tuple[str, ...] = ()
    submitted: datetime | None = None


def sorted_by_student(folder: Path, into: Path, assignment_id: str) -> list[HandedIn] | None:
    """What each student of a download handed in, in folders created in `into`. None: the platform is not known.

    Raises: CourseError if the download is damaged.
    """
    entries = _entries(folder)
    while len(entries) == 1 and entries[0].is_dir() and not any(each.fullmatch(entries[0].name) for each in _FOLDERS):
        entries = _entries(entries[0])
    parts = _parts(entries, assignment_id)
    if not parts:
        return None
    taken = {part.path for part in parts}
    others = [path for path in entries if path not in taken and not is_staffs(path)]
    mailed = [_Part(path, path.stem, file=path.name) if path.is_file() else _Part(path, path.name) for path in others]
    return _laid_out([*parts, *mailed], into)


def _parts(entries: Sequence[Path], assignment_id: str) -> list[_Part]:
    """The files and folders, by student; empty if the platform is not known."""
    for parsed in (_gradescope, _moodle, _blackboard, _brightspace, _canvas):
        if parts := parsed(entries, assignment_id):
            return parts
    return []


def is_of_several(folder: Path, assignment_id: str) -> bool:
    """Whether this folder itself is a download with the work of several students."""
    try:
        parts = _parts(_entries(folder), assignment_id)
    except CourseError:
        return True  # it is damaged
    return len({(same_name(part.key), part.number) for part in parts}) > 1


def download_in(folder: Path, assignment_id: str) -> Path | None:
    """This folder or one inside it, if it is a download with the work of several students."""
    folders = (Path(above) for above, _, _ in islice(os.walk(folder), _LOOKED_AT))
    return next((each for each in folders if is_of_several(each, assignment_id)), None)


def number_of(student: str) -> str | None:
    """The number at the end of a student's name, from Canvas or to tell equal names apart; None if there is none."""
    found = re.fullmatch(r".+_(\d+)", student, re.DOTALL)
    return found[1] if found else None


def is_staffs(path: Path) -> bool:
    """Whether it is a table or page that belongs to a download, or lies next to it, and is nobody's submission."""
    return path.is_file() and (path.suffix.lower() in _TABLES or path.stem.lower() in _PAGES)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not is_a_programs(path.name) and not path.is_symlink())
    except OSError:
        return []


def _matches(pattern: re.Pattern[str], entries: Iterable[Path]) -> list[tuple[Path, re.Match[str]]]:
    return [(path, found) for path in entries if (found := pattern.fullmatch(same_name(path.name)))]


def _moodle(entries: Sequence[Path], _: str) -> list[_Part]:
    return [
        _Part(path, found["name"].strip(), found["number"] or "", None if path.is_dir() else found["file"] or path.name)
        for path, found in _matches(_MOODLE, entries)
    ]


def _canvas(entries: Sequence[Path], assignment_id: str) -> list[_Part]:
    """Only if most files have this form and different numbers, because hw_1_2_ada.ipynb may be from anywhere."""
    files = [path for path in entries if path.is_file() and not is_staffs(path)]
    parts, uploads = list[_Part](), list[str]()
    for path, found in _matches(_CANVAS, files):
        file = found["file"] or f"{found['page']}.html"
        if (again := _AGAIN.fullmatch(file)) and again[1].lower() == assignment_id.lower():
            file = again[1] + again[2]
        uploads += [found["upload"]] if found["upload"] else []
        late = ("Canvas says that it is late.",) if found["late"] or found["was_late"] else ()
        student = found["anonymous"] or f"{found['name']}_{found['user']}"
        parts.append(_Part(path, student, file=file, version=int(found["upload"] or 0), notes=late))
    names = {part.file for part in parts if part.file and part.file.endswith((".ipynb", ".py"))}
    one_for_all = len({part.key for part in parts}) == 1 and len(names) > 1
    certain = uploads and len(set(uploads)) == len(uploads) and 2 * len(parts) > len(files) and not one_for_all
    return parts if certain else []


def _blackboard(entries: Sequence[Path], _: str) -> list[_Part]:
    found = _matches(_BLACKBOARD, (path for path in entries if path.is_file()))
    users = _users({match["head"] for _, match in found}, {path: match["head"] for path, match in found})
    return [
        _Part(path, users[match["head"]], file=match["file"] or "Blackboard.txt", attempt=(match["time"],))
        for path, match in found
    ]


def _users(heads: set[str], files: dict[Path, str]) -> dict[str, str]:
    """Assignment_username -> username. Both may contain underscores, so use the receipts, or the common prefix."""
    users: dict[str, str] = {}
    for path, head in files.items():
        if path.suffix == ".txt":
            with contextlib.suppress(OSError), open(path, encoding="utf-8-sig", errors="replace") as file:
                told = _RECEIPT.match(file.read(4096))
                if told and head.endswith(f"_{told['user'].strip()}"):
                    users[head] = told["user"].strip()
    first, last = min(heads, default=""), max(heads, default="")
    same = next((n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    assignments = {head.removesuffix(f"_{user}") for head, user in users.items()} or {first[:same].rpartition("_")[0]}
    for head in heads - set(users):
        users[head] = next((head[len(each) + 1 :] for each in assignments if head.startswith(f"{each}_")), head)
    return users


def _brightspace(entries: Sequence[Path], _: str) -> list[_Part]:
    return [
        _Part(path, found["name"], found["number"], None if path.is_dir() else found["file"], (_clock(found["time"]),))
        for path, found in _matches(_BRIGHTSPACE, entries)
    ]


def _clock(text: str) -> tuple[int, ...]:
    """Brightspace's time as sortable numbers: year, month, day, hour and minute."""
    words = re.findall(r"[^\W\d]+|\d+", text.lower())
    *date, time = [int(word) for word in words if word.isdigit()]
    if words[-1] in ("am", "pm"):
        time = time % 1200 + 1200 * (words[-1] == "pm")
    if len(date) == 3:  # 2025-10-31
        return *date, time
    month = next((n for n, name in enumerate(_MONTHS, 1) if any(word.startswith(name) for word in words)), 0)
    return max(date, default=0), month, min(date, default=0), time


def _gradescope(entries: Sequence[Path], _: str) -> list[_Part]:
    file = next((path for path in entries if path.name == _METADATA and path.is_file()), None)
    parts = []
    for name, told in (_metadata(file) if file else {}).items():
        fields: dict[Any, Any] = told if isinstance(told, dict) else {}
        listed = fields.get(":submitters")
        users = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        who = [str(user.get(":email") or user.get(":sid") or user.get(":name") or name) for user in users]
        submitted = None
        with contextlib.suppress(ValueError):
            submitted = instant(fields.get(":created_at"))
        path = next((path for path in entries if path.name == str(name)), Path("/nowhere"))
        parts.append(_Part(path, ", ".join(sorted(who)) or str(name), submitted=submitted))
    return parts


def _metadata(file: Path) -> dict[Any, Any]:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Reads Ruby objects as plain data."""

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else loader.construct_sequence(node)

    Loader.add_multi_constructor("!", plain)
    try:
        with open(file, "rb") as opened:
            data = opened.read(_METADATA_LIMIT_BYTES)
        told = yaml.load(data, Loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise CourseError(
            f"Cannot read {file.name}, which says whose each submission is: {str(error)[:200]}"
        ) from error
    if not isinstance(told, dict):
        raise CourseError(f"{file.name} does not say whose each submission is; export them from Gradescope again")
    return told


def _laid_out(parts: Sequence[_Part], into: Path) -> list[HandedIn]:
    """Make a folder for each student, with the submission that counts."""
    numbers: dict[str, set[str]] = {}
    for part in parts:
        numbers.setdefault(same_name(part.key), set()).add(part.number)
    by_student: dict[str, list[_Part]] = {}
    for part in parts:
        name = same_name(part.key)
        whole = f"{name}_{part.number}" if part.number and len(numbers[name]) > 1 else name
        by_student.setdefault(re.sub(r"[/\\\x00-\x1f]", "_", whole), []).append(part)
    found = []
    for place, (student, theirs) in enumerate(by_student.items()):
        folder = into / str(place) / (student.strip(". ")[:60] or "_")
        folder.mkdir(parents=True)
        attempt = max(part.attempt for part in theirs)
        files: dict[str, _Part] = {}
        for part in sorted(theirs, key=lambda part: part.version):
            if part.attempt == attempt:
                files[part.file or str(part.path)] = part
        notes = [note for part in files.values() for note in (*part.notes, *_copy(part, folder))]
        if len(files) < len(theirs):
            notes.append("It was handed in more than once: the last counts.")
        submitted = max((part.submitted for part in theirs if part.submitted), default=None)
        found.append(HandedIn(student, folder, tuple(dict.fromkeys(notes)), submitted))
    return found


def _copy(part: _Part, folder: Path) -> list[str]:
    """Write its content to the student's folder. Returns notes on what cannot be read."""
    try:
        if part.file is None:
            return copy(part.path, folder, for_a_class())
        shutil.copyfile(part.path, folder / part.file[-120:].replace("/", "_"), follow_symlinks=False)
    except (OSError, Failure) as error:
        return [str(error)]
    return []
