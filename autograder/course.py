"""course.yml: the one configuration file of a course, validated when it is read.

PyYAML and pydantic are imported when a file is loaded, not when this module is: `Limits` and the other
dataclasses are also used where no course file is read. Both together cost about 60 ms, once per command.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.text import did_you_mean

FILE_NAME = "course.yml"
_VALIDATED_FILE = ".autograder/validated"
_KeyPath = tuple[str | int, ...]


class UnknownName(CourseError):
    """The course has no assignment or exercise of this name: the request is at fault, not the course."""


class NoCourse(CourseError):
    """There is no course, or no assignment, where we were asked to look: the request is at fault."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Every value is positive.

    load_s, check_s, submission_s: wall-clock seconds to load the submission, for one check, for everything together.
    memory_mib, tmp_mib, reply_mib: memory of a process, its private disk, and one reply to a check.
    output_kib: how much of what the student prints is shown; printing more than output_limit_mib ends the submission.
    processes: processes and threads together.
    """

    load_s: float = 20.0
    check_s: float = 10.0
    submission_s: float = 300.0
    memory_mib: int = 2048
    output_kib: int = 64
    output_limit_mib: int = 16
    reply_mib: int = 64
    tmp_mib: int = 64
    processes: int = 64


@dataclass(frozen=True)
class Assignment:
    """One assignment: `due` has a time zone; `preload` names modules to import before any student's code runs."""

    id: str
    title: str
    due: datetime | None = None
    preload: tuple[str, ...] = ("numpy",)
    limits: Limits = Limits()


@dataclass(frozen=True)
class Course:
    """A course as its course.yml describes it. A student's copy has no solutions and never needs the secret."""

    path: Path
    title: str
    assignments: tuple[Assignment, ...]
    secret_file: str = ".autograder/secret"

    @classmethod
    def load(cls, path: Path) -> Course:
        """Read and validate a course.yml.

        Raises: CourseError with file, line and key of every fault, and a suggestion for a misspelt key.
        """
        path = Path(path).absolute()
        data, lines = _parse(path)
        if not _validated_before(path):
            _validate(path, data, lines)
        common = data.get("limits", {})
        assignments = tuple(
            Assignment(
                id=item["id"],
                title=item["title"],
                due=item.get("due"),
                preload=tuple(item.get("preload", ("numpy",))),
                limits=_limits(common | item.get("limits", {})),
            )
            for item in data["assignments"]
        )
        return cls(path, data["title"], assignments, data.get("secret_file", cls.secret_file))

    @classmethod
    def find(cls, start: Path) -> Course:
        """Load the course.yml of `start` or of the nearest folder above it. Raises: NoCourse if there is none."""
        start = Path(start).absolute()
        for folder in (start, *start.parents):
            if (folder / FILE_NAME).is_file():
                return cls.load(folder / FILE_NAME)
        raise NoCourse(f"No {FILE_NAME} in {start} or in a folder above it; change to the folder of your course.")

    def remember_validation(self) -> None:
        """Spare the next commands the validation of this very text, which takes longer than the rest of their start."""
        if not _validated_before(self.path):
            with contextlib.suppress(CourseError, OSError):  # a folder that we may not write: validated each time
                write_atomically(self.root / _VALIDATED_FILE, _digest(self.path))

    @property
    def root(self) -> Path:
        return self.path.parent

    def assignment(self, assignment_id: str) -> Assignment:
        """The assignment of this id. Raises: UnknownName, a CourseError, with the nearest id."""
        for assignment in self.assignments:
            if assignment.id == assignment_id:
                return assignment
        known = [assignment.id for assignment in self.assignments]
        raise UnknownName(f"No assignment '{assignment_id}' in {self.path}{did_you_mean(assignment_id, known)}")

    def solutions_dir(self, assignment_id: str) -> Path:
        return self.root / "solutions" / assignment_id

    def release_dir(self, assignment_id: str) -> Path:
        return self.root / "assignments" / assignment_id

    def secret(self) -> bytes:
        """The secret that hidden inputs are seeded with: AUTOGRADER_SECRET, else the secret file, created when missing.

        Raises: CourseError if it is shorter than 16 characters, or if its file can be neither read nor created.
        """
        if "AUTOGRADER_SECRET" in os.environ:
            source, text = "the environment variable AUTOGRADER_SECRET", os.environ["AUTOGRADER_SECRET"]
        else:
            path = self.root / self.secret_file
            try:
                if not path.exists():
                    _create_secret(path)
                source, text = str(path), path.read_text(encoding="utf-8")
            except (OSError, UnicodeError) as error:
                raise CourseError(f"Cannot read or create the course secret {path}: {error}") from error
        text = text.strip()
        if len(text) < 16:
            raise CourseError(f"The course secret in {source} has {len(text)} characters; at least 16 are needed.")
        return text.encode("utf-8", "surrogateescape")


def _limits(values: dict[str, Any]) -> Limits:
    kinds = get_type_hints(Limits)
    return Limits(**{key: kinds[key](value) for key, value in values.items()})


def _create_secret(path: Path) -> None:
    """Write a new secret. Two graders that start together agree: the file that is there first stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, a link never replaces a file that is already there
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)


def _parse(path: Path) -> tuple[dict[str, Any], dict[_KeyPath, int]]:
    """The file's data, and the line (from 1) of every key path in it."""
    import yaml

    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            lines: dict[_KeyPath, int] = {}
            if node is not None:
                _record_lines(path, node, (), lines, ())
            data = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except (OSError, UnicodeError) as error:
        raise CourseError(f"Cannot read {path}: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise CourseError(f"{path}, line {mark.line + 1 if mark else '?'}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that no calendar has
        raise CourseError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, dict):
        found = "is empty" if data is None else f"holds {_described(data)}"
        raise CourseError(f"{path} {found}; it needs the keys 'title' and 'assignments'.")
    return data, lines


def _record_lines(
    path: Path, node: Any, key_path: _KeyPath, lines: dict[_KeyPath, int], above: tuple[int, ...]
) -> None:
    """Fill `lines`, and refuse what PyYAML accepts in silence: the same key twice, and a value that contains itself."""
    import yaml

    if id(node) in above:
        raise CourseError(f"{path}, line {node.start_mark.line + 1}: {_dotted(key_path)} contains itself")
    above = (*above, id(node))
    lines.setdefault(key_path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            here = (*key_path, name)
            if name in seen:
                raise CourseError(f"{path}, line {line}: {_dotted(here)} is already given in line {seen[name]}")
            seen[name] = lines[here] = line
            _record_lines(path, value, here, lines, above)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _record_lines(path, value, (*key_path, index), lines, above)


def _validated_before(path: Path) -> bool:
    """Whether this very text has passed before, under the same rules."""
    with contextlib.suppress(OSError):
        return (path.parent / _VALIDATED_FILE).read_text(encoding="ascii") == _digest(path)
    return False


def _digest(path: Path) -> str:
    rules = Path(__file__).stat().st_mtime_ns  # another version of the package may have other rules
    return hashlib.sha256(f"{rules}\n".encode() + path.read_bytes()).hexdigest()


def _validate(path: Path, data: dict[str, Any], lines: dict[_KeyPath, int]) -> None:
    """Raises: CourseError that lists every fault of the file, one per line."""
    import pydantic

    # Strict: `check_s: "10"` or `memory_mib: yes` is a slip to point out, not a value to convert.
    strict = pydantic.ConfigDict(extra="forbid", strict=True)
    positive = pydantic.Field(None, gt=0, allow_inf_nan=False)
    name = pydantic.Field(min_length=1)
    quantities: dict[str, Any] = {key: (kind, positive) for key, kind in get_type_hints(Limits).items()}
    limits: Any = pydantic.create_model("limits", __config__=strict, **quantities)
    assignment: Any = pydantic.create_model(
        "assignment",
        __config__=strict,
        id=(str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]*\z")),
        title=(str, name),
        due=(pydantic.AwareDatetime | None, None),
        preload=(list[str], []),
        limits=(limits, None),
    )
    course: Any = pydantic.create_model(
        "course",
        __config__=strict,
        title=(str, name),
        assignments=(list[assignment], name),
        limits=(limits, None),
        secret_file=(str, pydantic.Field("", min_length=1)),
    )
    faults: list[tuple[_KeyPath, str]] = []
    try:
        course.model_validate(data)
    except pydantic.ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False):
            faults.append((fault["loc"], _explained(fault["loc"], fault["type"], fault["msg"], fault["input"])))
    else:
        faults = list(_further_faults(data))
    if faults:
        raise CourseError("\n".join(f"{path}, line {_line(lines, at)}: {_dotted(at)}{why}" for at, why in faults))


def _explained(at: _KeyPath, kind: str, message: str, value: Any) -> str:
    if kind == "extra_forbidden":
        section: type = Course if len(at) == 1 else Limits if "limits" in at else Assignment
        known = [field.name for field in fields(section) if field.name != "path"] + ["limits"] * (section is Course)
        return f" is not a known key{did_you_mean(str(at[-1]), known)}"
    if kind == "missing":
        return " is missing"
    if at[-1] == "due":
        return f" is {_described(value)}; write a date, a time and a time zone, such as 2026-10-12 23:59:00+02:00"
    if at[-1] == "id" and kind == "string_pattern_mismatch":
        return f" is {_described(value)}; an id has lower-case letters, digits and _, and begins with a letter"
    return f" is {_described(value)}: {message[0].lower()}{message[1:]}"


def _further_faults(data: dict[str, Any]) -> Iterable[tuple[_KeyPath, str]]:
    """Faults that no single value shows. The types are right already."""
    seen: dict[str, int] = {}
    for index, item in enumerate(data["assignments"]):
        at: _KeyPath = ("assignments", index)
        if item["id"] in seen:
            yield (*at, "id"), f" '{item['id']}' is the id of assignments[{seen[item['id']]}] too"
        seen.setdefault(item["id"], index)
        for place, module in enumerate(item.get("preload", [])):
            if not all(part.isidentifier() for part in module.split(".")):
                yield (*at, "preload", place), f" is {module!r}, which is not the name of a module"


def _line(lines: dict[_KeyPath, int], at: _KeyPath) -> int:
    """The line of `at`, or of the nearest thing around it when it is missing."""
    while at not in lines and at:
        at = at[:-1]
    return lines[at]


def _dotted(at: _KeyPath) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
    return text.removeprefix(".") or "the file"


def _described(value: Any) -> str:
    """A value for a message: its text, and its type where the text alone does not tell."""
    if isinstance(value, dict | list):
        return f"a {'mapping' if isinstance(value, dict) else 'list'}"
    return f"{str(value)!r} ({type(value).__name__})"
