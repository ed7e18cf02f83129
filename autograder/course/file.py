"""Reads course.yml and the files next to it. Errors give the file, line, key, and what to write instead.

PyYAML and pydantic are imported when a file is read, not when this module is: together they cost about 60 ms.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import GenericAlias, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from autograder.course import settings
from autograder.course.settings import INHERITED, Amount, Assignment, CourseSettings, FoundMistake
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.text import did_you_mean, same_name
from autograder.times import instant, length

# A later deadline, the time by which the deadline is put off, or no need to hand anything in.
Extension = datetime | timedelta | Literal["excused"]
EVERY = "*"  # an extension for every assignment

_VALIDATED_FILE = ".autograder/validated"
_KeyPath = tuple[str | int, ...]

# Kinds with their own notation in the file. Raise: ValueError, which says what to write.
_WRITTEN: dict[Any, Callable[[Any], Any]] = {Amount: Amount.of, datetime: instant}
_UNIONS = (Union, UnionType)  # in the settings, always with None


def read(path: Path) -> CourseSettings:
    """The settings in a course.yml, with each assignment's inherited keys filled in.

    Raises: CourseError with file, line and key of every fault, and a suggestion for a misspelled key.
    """
    data, lines = _parse(path, "it needs the keys 'title' and 'assignments'")
    if not _validated_before(path):
        _validate(path, data, lines)
    for item in data["assignments"]:
        item.update({section: data.get(section, {}) | item.get(section, {}) for section in INHERITED})
    return _made(CourseSettings, data)


def remember_validation(path: Path) -> None:
    """Record that this text is valid. Validation takes longer than the rest of a command's start."""
    if not _validated_before(path):
        with contextlib.suppress(CourseError, OSError):  # if the folder is not writable, it is validated each time
            write_atomically(path.parent / _VALIDATED_FILE, _digest(path))


def read_extensions(path: Path, due: Mapping[str, datetime | None]) -> dict[str, dict[str, Extension]]:
    """Student -> assignment, or "*" for all -> their extension. due: assignment -> its deadline.

    Raises: CourseError with file, line and key of every fault.
    """
    data, lines = _parse(path, "it needs the names of students")
    faults: list[tuple[_KeyPath, str]] = []
    granted: dict[str, dict[str, Extension]] = {}
    for student, items in data.items():
        at: _KeyPath = (str(student),)
        if not isinstance(student, str) or not isinstance(items, dict):
            wanted = "write a name, in quotes if it is a number" if isinstance(items, dict) else "write {conv: +48h}"
            faults.append((at, f" is {_described(items if isinstance(student, str) else student)}; {wanted}"))
            continue
        if (name := same_name(student)) in granted:
            faults.append((at, " appears twice, once with its accents as separate characters"))
        for key, value in items.items():
            try:
                granted.setdefault(name, {})[key] = _extension(key, value, due)
            except ValueError as fault:
                faults.append(((*at, str(key)), str(fault)))
    if faults:
        raise CourseError("\n".join(f"{path}, line {_line(lines, at)}: {_dotted(at)}{why}" for at, why in faults))
    return granted


def _extension(assignment_id: object, value: object, due: Mapping[str, datetime | None]) -> Extension:
    """Raises: ValueError with what is wrong."""
    if assignment_id != EVERY and assignment_id not in due:
        raise ValueError(f" is not an assignment{did_you_mean(str(assignment_id), [*due, EVERY])}")
    if value == "excused":
        return "excused"
    deadline = due.get(str(assignment_id))
    if assignment_id != EVERY and deadline is None:
        raise ValueError(" has no deadline to put off; give it a `due` in course.yml")
    later = length(value)
    if later is not None:
        return later
    try:
        until = instant(value)
    except ValueError as fault:
        raise ValueError(f" is {_described(value)}; write +48h or +3d, or 'excused', or {fault}") from None
    if deadline is not None and until < deadline:
        raise ValueError(f" is {until}, before the deadline itself, {deadline}")
    return until


_OF_FOUND = ("exercise", "says", "digest", "from")


def read_found(path: Path) -> tuple[FoundMistake, ...]:
    """The mistakes that staff found in their classes; none if there is no such file.

    Raises: CourseError with file, line and key of every fault.
    """
    if not path.exists():
        return ()
    data, lines = _parse(path, "it needs the names of mistakes")
    faults: list[tuple[_KeyPath, str]] = []
    seen: dict[tuple[object, object], str] = {}
    for name, item in data.items():
        at: _KeyPath = (str(name),)
        if not isinstance(item, dict):
            faults.append((at, f" is {_described(item)}; it needs the keys {', '.join(_OF_FOUND)}"))
            continue
        faults += [
            ((*at, str(key)), f" is not a known key{did_you_mean(str(key), _OF_FOUND)}")
            for key in item
            if key not in _OF_FOUND
        ]
        for key in _OF_FOUND:
            if key not in item:
                faults.append(((*at, key), " is missing"))
            elif not isinstance(item[key], str) or not item[key].strip():
                faults.append(((*at, key), f" is {_described(item[key])}; write a text, in quotes"))
        same = (str(item.get("exercise")), str(item.get("digest")))
        if same in seen:
            faults.append(((*at, "digest"), f" is that of {seen[same]} too"))
        seen.setdefault(same, str(name))
    if faults:
        raise CourseError("\n".join(f"{path}, line {_line(lines, at)}: {_dotted(at)}{why}" for at, why in faults))
    return tuple(
        FoundMistake(str(name), item["exercise"], item["says"], item["digest"], item["from"])
        for name, item in data.items()
    )


def add_found(path: Path, found: FoundMistake) -> None:
    """Append a mistake to the file, and leave the rest unchanged.

    Raises: CourseError if the file is faulty, if the name or the digest is taken, or if it cannot be written.
    """
    import yaml

    for each in read_found(path):
        if each.name == found.name:
            raise CourseError(f"{path} already has a mistake {each.name}; choose another name with --name")
        if (each.exercise, each.digest) == (found.exercise, found.digest):
            raise CourseError(f"{path} already has this mistake, as {each.name}; change its sentence there")
    values = zip(_OF_FOUND, (found.exercise, found.says, found.digest, found.submission), strict=True)
    entry = yaml.safe_dump({found.name: dict(values)}, allow_unicode=True, sort_keys=False)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write_atomically(path, before + ("\n" if before and not before.endswith("\n") else "") + entry)
    except OSError as error:
        raise CourseError(f"Cannot write {path}: {error}") from error


def _parse(path: Path, needs: str) -> tuple[dict[str, Any], dict[_KeyPath, int]]:
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
        raise CourseError(f"{path} {found}; {needs}.")
    return data, lines


def _record_lines(
    path: Path, node: Any, key_path: _KeyPath, lines: dict[_KeyPath, int], above: tuple[int, ...]
) -> None:
    """Fill `lines`, and refuse what PyYAML silently accepts: a duplicate key, and a value that contains itself."""
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
    """Whether this exact text has passed validation before, with the same rules."""
    with contextlib.suppress(OSError):
        return (path.parent / _VALIDATED_FILE).read_text(encoding="ascii") == _digest(path)
    return False


def _digest(path: Path) -> str:
    # Another version of the package may have other rules.
    rules = [Path(str(file)).stat().st_mtime_ns for file in (__file__, settings.__file__)]
    return hashlib.sha256(f"{rules}\n".encode() + path.read_bytes()).hexdigest()


def _validate(path: Path, data: dict[str, Any], lines: dict[_KeyPath, int]) -> None:
    """Raises: CourseError that lists every error in the file, one per line."""
    import pydantic

    faults: list[tuple[_KeyPath, str]] = []
    try:
        _model(CourseSettings).model_validate(data)
    except pydantic.ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False):
            at = fault["loc"]
            faults.append((at, _explained(at, fault["type"], fault["msg"], fault["input"])))
    else:
        faults = list(_further_faults(data))
    if faults:
        raise CourseError("\n".join(f"{path}, line {_line(lines, at)}: {_dotted(at)}{why}" for at, why in faults))


@functools.cache
def _model(section: Any) -> Any:
    """The pydantic type for one section of the file: it accepts the keys of a settings dataclass and no others."""
    import pydantic

    keys: dict[str, Any] = {}
    for key in dataclasses.fields(section):
        required = key.default is dataclasses.MISSING and key.default_factory is dataclasses.MISSING
        keys[key.name] = (_accepted(_kinds(section)[key.name]), ... if required else None)
    # Strict: `check_s: "10"` or `memory_mib: yes` is an error to report, not a value to convert.
    strict = pydantic.ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return pydantic.create_model(section.__name__, __config__=strict, **keys)


def _accepted(kind: Any) -> Any:
    """The pydantic type of this kind's YAML form: a mapping for a dataclass, a list for a tuple."""
    import pydantic

    if kind in _WRITTEN:
        return Annotated[Any, pydantic.AfterValidator(_WRITTEN[kind])]
    if _is_section(kind):
        return _model(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return Annotated[_accepted(arguments[0]), pydantic.Field(**vars(arguments[1]))]
    if origin is tuple:
        return GenericAlias(list, (_accepted(arguments[0]),))
    if origin is Mapping:
        return GenericAlias(dict, (str, _accepted(arguments[1])))
    return _accepted(arguments[0]) | None if origin in _UNIONS else kind


def _made(kind: Any, value: Any) -> Any:
    """The value of this kind, built from valid data."""
    if value is None:
        return None
    if kind in _WRITTEN:
        return _WRITTEN[kind](value)
    if _is_section(kind):
        return kind(**{key: _made(_kinds(kind)[key], each) for key, each in value.items()})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return tuple(_made(arguments[0], each) for each in value)
    if origin is Mapping:
        return {key: _made(arguments[1], each) for key, each in value.items()}
    if origin is Annotated or origin in _UNIONS:
        return _made(arguments[0], value)
    return float(value) if kind is float else value


def _is_section(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


@functools.cache
def _kinds(section: Any) -> dict[str, Any]:
    """Key -> its declared type in the dataclass."""
    return get_type_hints(section, include_extras=True)


def _explained(at: _KeyPath, error: str, message: str, value: Any) -> str:
    if error == "extra_forbidden":
        return f" is not a known key{did_you_mean(str(at[-1]), _kinds(_section(at)))}"
    if error == "missing":
        return " is missing"
    if error == "value_error":  # ours, and says what to write
        return f" is {_described(value)}; {message.removeprefix('Value error, ')}"
    if at[-1] == "id" and error == "string_pattern_mismatch":
        return f" is {_described(value)}; an id has lower-case letters, digits and _, and begins with a letter"
    return f" is {_described(value)}: {message[0].lower()}{message[1:]}"


def _section(at: _KeyPath) -> Any:
    """The dataclass that this key belongs to, or would belong to."""
    if len(at) == 1:
        return CourseSettings
    return Assignment if len(at) == 3 else _kinds(Assignment)[str(at[-2])]


def _further_faults(data: dict[str, Any]) -> Iterable[tuple[_KeyPath, str]]:
    """Errors that involve more than one value. The types are already validated."""
    seen: dict[str, int] = {}
    for index, item in enumerate(data["assignments"]):
        at: _KeyPath = ("assignments", index)
        if item["id"] in seen:
            yield (*at, "id"), f" '{item['id']}' is the id of assignments[{seen[item['id']]}] too"
        seen.setdefault(item["id"], index)
        for place, module in enumerate(item.get("preload", [])):
            if not _is_dotted(module):
                yield (*at, "preload", place), f" is {module!r}, which is not the name of a module"
        for exercise, names in item.get("rules", {}).get("forbidden", {}).items():
            for place, name in enumerate(names):
                if not _is_dotted(name):
                    key = (*at, "rules", "forbidden", exercise, place)
                    yield key, f" is {name!r}; write a dotted name such as scipy.signal.convolve2d"
    counted = sum(item.get("weight", 1) > 0 for item in data["assignments"])
    if not counted:
        yield ("assignments",), ": no assignment counts; give one a weight above 0"
    elif data.get("drop_lowest", 0) >= counted:
        yield ("drop_lowest",), f" is {data['drop_lowest']}; of {counted} that count, at least one must remain"


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _line(lines: dict[_KeyPath, int], at: _KeyPath) -> int:
    """The line of the key path `at`, or of its nearest existing parent."""
    while at not in lines and at:
        at = at[:-1]
    return lines[at]


def _dotted(at: _KeyPath) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)
    return text.removeprefix(".") or "the file"


def _described(value: Any) -> str:
    """A value for a message: its text, and its type if the text alone is ambiguous."""
    if isinstance(value, dict | list):
        return f"a {'mapping' if isinstance(value, dict) else 'list'}"
    return f"{str(value)!r} ({type(value).__name__})"
