"""From what students hand in to the code to load: a release notebook, a release script, or any Python file.

Runs in the trusted process on files that may be hostile: they are read, never compiled, imported or followed out of
their folder. Whatever the file holds, `read` gives a `Submission` or a `Failure` that a student can act on.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.cells import CODE_LIMIT_CHARS, RawCell, decode, notebook_cells, read_bytes, script_cells
from autograder.course import FILE_NAME
from autograder.errors import CourseError, Failure
from autograder.magics import neutralise
from autograder.release import Release, cell_kind, refuse_another_assignment, same_text
from autograder.report import Source

NOTES_LIMIT = 20


@dataclass(frozen=True)
class Cell:
    """Code to execute. `label` is how messages name it: "cell 7" of a notebook, all counted, or "line 40" of a script.

    kind: "exercise" (then `name` is the exercise's), "setup", "demo" (its imports only), "other", or "script" for a
    file that has nothing of the release, whose statements stand on their own.
    first_line: the line of the submitted file on which `source` starts, for scripts; 1 for notebooks.
    """

    label: str
    source: str
    kind: str
    name: str | None
    first_line: int = 1


@dataclass(frozen=True)
class Submission:
    """`cells` holds only what the sandbox should execute, in order; `notes` says what was repaired or ignored."""

    id: str
    path: Path
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


_IMPORT = re.compile(r"(?:import|from)[ \t][\w., \t]+(?:#.*)?")


def _imports(source: str) -> str:
    """The top-level import statements of one line, each on its line: a student's function may use them."""
    ours = ("from autograder", "import autograder")  # not there when grading
    rows = source.split("\n")
    return "\n".join(row if _IMPORT.fullmatch(row) and not row.startswith(ours) else "" for row in rows)


def read(path: str | os.PathLike[str], release: Release | None = None, submission_id: str | None = None) -> Submission:
    """The code of one handed-in file.

    release: what the students were given. Its setup cells replace the submission's own; without it nothing is restored.
    Raises: Failure, always with what is wrong and what to do, if there is nothing to load.
    """
    path = Path(path)
    raws, notes = _raw_cells(path, release)
    labelled = [(raw, *cell_kind(raw, release)) for raw in raws]
    if path.suffix == ".py" and not any(raw.tags for raw in raws):  # nothing of the release: its setup comes first
        setups = release.setups if release else {}
        labelled = [(raw, "script" if kind == "other" else kind, name) for raw, kind, name in labelled]
        labelled[:0] = [(RawCell(f"setup cell {name}", text), "setup", name) for name, text in setups.items()]
    elif release:
        labelled, restored = _restore(labelled, release)
        notes += restored
    places: dict[str | None, list[str]] = {}
    for raw, kind, name in labelled:
        if kind == "exercise":
            places.setdefault(name, []).append(raw.label)
    for name, labels in places.items():
        if len(labels) > 1:
            where = ", ".join(labels[:5])
            notes.append(f"{name} has {len(labels)} cells ({where}): they run in order, so the last one counts")
    executed, magics = neutralise([raw for raw, kind, _ in labelled if kind not in ("demo", "check")])
    by_label = {raw.label: raw for raw in executed}
    cells = []
    for raw, kind, name in labelled:
        source = by_label[raw.label].source if raw.label in by_label else ""
        if kind == "demo":
            source = _imports(raw.source)
        if source.strip():
            cells.append(Cell(raw.label, source, kind, name, raw.first_line))
    if not any(cell.kind in ("exercise", "other", "script") for cell in cells):
        raise Failure(f"{path.name}: there is no code in it. Save your work and hand in the file that holds it.")
    notes += magics
    if len(notes) > NOTES_LIMIT:
        notes = [*notes[:NOTES_LIMIT], f"and {len(notes) - NOTES_LIMIT} more notes"]
    return Submission(path.stem if submission_id is None else submission_id, path, tuple(cells), tuple(notes))


def _raw_cells(path: Path, release: Release | None) -> tuple[list[RawCell], list[str]]:
    if path.suffix not in (".ipynb", ".py"):
        raise Failure(f"{path.name}: hand in a notebook (.ipynb) or a Python file (.py), not {path.suffix or 'this'}")
    data = read_bytes(path)
    if not data.strip():
        raise Failure(f"{path.name}: the file is empty. Save your work and hand it in again.")
    if data.startswith(b"PK\x03\x04"):
        raise Failure(f"{path.name}: this is a zip archive. Hand in the file that is inside it.")
    text, notes = decode(data)
    claimed = None
    if path.suffix == ".ipynb":
        raws, claimed, more = notebook_cells(text, path.name)
        notes += more
    else:
        raws = script_cells(text, path.name)
    if sum(len(raw.source) for raw in raws) > CODE_LIMIT_CHARS:
        raise Failure(f"{path.name}: more than {CODE_LIMIT_CHARS >> 20} MiB of code; hand in only your own code")
    if release:
        refuse_another_assignment(path.name, raws, claimed, release)
    return raws, notes


Labelled = tuple[RawCell, str, str | None]


def _restore(labelled: list[Labelled], release: Release) -> tuple[list[Labelled], list[str]]:
    """The cells with the release's setup cells in place of those that were changed or deleted, and notes.

    A copy of a locked cell that a student wrote into is their own code.
    """
    notes: list[str] = []
    result: list[Labelled] = []
    released = {name: same_text(text) for name, text in release.setups.items()}
    intact = {
        name for raw, kind, name in labelled if kind == "setup" and same_text(raw.source) == released.get(name or "")
    }
    seen: set[str] = set()
    for raw, kind, name in labelled:
        if kind == "setup":
            changed = same_text(raw.source) != released.get(name or "")
            if name not in released or (changed and (name in intact or name in seen)):
                kind, name = "other", None
            elif changed:
                notes.append(f"{raw.label} is locked but was changed: the released text was used")
                raw = RawCell(raw.label, release.setups[name], raw.first_line)
        if kind == "setup" and name:
            seen.add(name)
        result.append((raw, kind, name))
    for name, text in release.setups.items():
        if name in seen:
            continue
        notes.append(f"the locked setup cell {name} was missing: it was put back")
        place = release.order["setup", name]
        ranks = [release.order.get((kind, key), -1) if kind in ("setup", "exercise") else -1 for _, kind, key in result]
        later = [n for n, rank in enumerate(ranks) if rank > place]
        earlier = [n + 1 for n, rank in enumerate(ranks) if 0 <= rank < place]
        at = later[0] if later else earlier[-1] if earlier else 0
        result.insert(at, (RawCell(f"setup cell {name}", text), "setup", name))
    return result, notes


_DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*[:=](?!=)", re.MULTILINE)


def source_of(path: Path, submission: Submission | None = None, exercises: Collection[str] = ()) -> Source:
    """Where these exercises are in a file that was handed in; without `submission` only the file's name.

    The name is relative to the Git repository that it is in, or else to the current folder; it is bare when the file
    is elsewhere: reports go to students.
    """
    whole = Path(os.path.abspath(path))
    repository = next((folder for folder in whole.parents if os.path.lexists(folder / ".git")), Path.cwd())
    file = (whole.relative_to(repository) if whole.is_relative_to(repository) else Path(path.name)).as_posix()
    places: dict[str, int] = {}
    for cell in submission.cells if submission else ():
        if cell.kind not in ("exercise", "other", "script"):
            continue
        number = re.fullmatch(r"cell (\d+)", cell.label)
        for match in _DEFINED.finditer(cell.source):  # a later definition replaces an earlier one, as when it runs
            if (name := match[1] or match[2]) in exercises:
                line = cell.first_line + cell.source.count("\n", 0, match.start())
                places[name] = int(number[1]) if number else line
    return Source(file, cells=places) if path.suffix == ".ipynb" else Source(file, lines=places)


# ---- finding submissions --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """One submission: the file to grade, or the problem that keeps it from being graded; when it was handed in."""

    id: str
    path: Path | None
    problem: str | None
    submitted: datetime | None = None


def find(paths: Sequence[str | os.PathLike[str]], assignment_id: str, release: Release | None = None) -> list[Found]:
    """The submissions in `paths`: files, submission folders, folders of submissions, nbgrader's submitted/.

    Raises: CourseError if a path does not exist or two submissions have one id.
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
        own_name = whole.stem == assignment_id
        return [Found(_student(whole.parent, assignment_id) if own_name else whole.stem, given, None)]
    folders, files, links = _listing(given)
    if _home(given, assignment_id) or _is_repository(given) or (not folders and not links and len(files) < 2):
        return [pick(given, _student(whole, assignment_id), assignment_id, release)]
    folders = [folder for folder in folders if not _others_only(folder, assignment_id, release)]
    found = [pick(folder, folder.name, assignment_id, release) for folder in folders]
    found += [Found(link.name, None, "this is a link to a folder; hand in the folder itself") for link in links]
    stems: dict[str, list[Path]] = {}
    for file in files:
        stems.setdefault(file.stem, []).append(file)
    found += [_choose(stem, group, assignment_id, release) for stem, group in stems.items()]
    return sorted(found, key=lambda item: item.id)


def _student(folder: Path, assignment_id: str) -> str:
    """Whose folder it is: in nbgrader's submitted/{student}/{assignment} the one above."""
    return folder.parent.name if folder.name == assignment_id and folder.parent.name else folder.name


def _listing(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """The folders, the notebooks and scripts, and the links to folders in `folder`, sorted; nothing that is hidden."""
    folders, files, links = [], [], []
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        entries = []
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith((".", "test_")) or entry.name in ("__pycache__", "conftest.py", "setup.py"):
            continue
        if entry.is_symlink() and path.is_dir():
            links.append(path)
        elif entry.is_dir(follow_symlinks=False):
            folders.append(path)
        elif path.suffix in (".ipynb", ".py"):
            files.append(path)
    return folders, files, links


def _home(folder: Path, assignment_id: str) -> Path | None:
    """The folder, in or at `folder`, that holds the assignment under its own name."""
    for home in (folder, folder / assignment_id, folder / "assignments" / assignment_id):
        inner = home.relative_to(folder).parts
        if any(folder.joinpath(*inner[: n + 1]).is_symlink() for n in range(len(inner))):
            continue
        if any(os.path.lexists(home / f"{assignment_id}{suffix}") for suffix in (".ipynb", ".py")):
            return home
    return None


def _is_repository(folder: Path) -> bool:
    """Whether it was made from a template for students: then it is one student's, whatever is missing in it."""
    return (folder / FILE_NAME).is_file() and (folder / "assignments").is_dir()


def _others_only(folder: Path, assignment_id: str, release: Release | None) -> bool:
    """Whether a student's folder in nbgrader's submitted/ has none but the course's other assignments."""
    folders, files, links = _listing(folder)
    others = set(os.listdir(release.folder.parent)) - {assignment_id} if release else set()
    return bool(folders) and not files and not links and {each.name for each in folders} <= others


def pick(folder: Path, student: str, assignment_id: str, release: Release | None) -> Found:
    """The submission in one student's folder."""
    for _ in range(3):  # a zip often unpacks into a folder in a folder
        home = _home(folder, assignment_id)
        folders, files, links = _listing(home or folder)
        if home:
            files = [file for file in files if file.stem == assignment_id]
        inner = [each for each in (folder / assignment_id, folder / "assignments") if each in folders]
        inner += folders if len(folders) == 1 else []
        if not home and not files and inner:
            folder = inner[0]
            continue
        break
    if not files:
        link = f" ({links[0].name} is a link, which is not followed)" if links else ""
        return Found(student, None, f"no {assignment_id}.ipynb or {assignment_id}.py in {folder.name}{link}")
    return _choose(student, files, assignment_id, release)


def _choose(student: str, files: list[Path], assignment_id: str, release: Release | None) -> Found:
    """The one file that holds the student's work: of a notebook and a script, the one that differs from the release."""
    if len(files) == 1:
        return Found(student, files[0], None)
    notebooks = [file for file in files if file.suffix == ".ipynb"]
    if len(files) > 2 or len(notebooks) != 1:
        names = ", ".join(file.name for file in files[:5])
        problem = f"several files and none is named {assignment_id}.ipynb or {assignment_id}.py: {names}"
        return Found(student, None, problem)
    notebook, script = sorted(files, key=lambda file: file.suffix)  # .ipynb sorts before .py
    in_notebook, in_script = _work(notebook, release), _work(script, release)
    if in_notebook == in_script or in_script == Counter() != in_notebook:
        return Found(student, notebook, None)
    if in_notebook == Counter():
        return Found(student, script, None)
    problem = (
        f"both {notebook.name} and {script.name} were changed, and differently. "
        "Remove the one that should not be graded, or name the file to grade"
    )
    return Found(student, None, problem)


def _work(path: Path, release: Release | None) -> Counter[str] | None:
    """The code of exercises and of the student's own cells that is not the release's; None if unreadable."""
    try:
        raws, _ = _raw_cells(path, release)
    except Failure:
        return None
    kinds = [(raw, cell_kind(raw, release)[0]) for raw in raws]
    own = Counter(_essence(raw.source) for raw, kind in kinds if kind in ("exercise", "other"))
    if release:
        given = release.cells if path.suffix == ".ipynb" else script_cells(release.script, path.name)
        own -= Counter(_essence(raw.source) for raw in given)
    del own[""]
    return own


def _essence(source: str) -> str:
    """Without blank lines, comments and magics, which a notebook and its paired script write differently."""
    rows = (row.rstrip() for row in source.split("\n"))
    return "\n".join(row for row in rows if row and not row.lstrip().startswith(("#", "%", "!")))
