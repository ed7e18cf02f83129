"""The report on one submission, schema v1. Everything that shows or exports a grade reads this and nothing else."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.files import write_atomically

SCHEMA = "autograder/report/v1"
STATUSES = ("passed", "failed", "timeout", "crashed", "error", "pending")

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
# `index` is the class page; the others are devices on Windows, whatever their extension.
_RESERVED = frozenset({"index", "con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)})
_LONGEST_NAME = 120


@dataclass(frozen=True)
class CheckResult:
    """What one check found. `mistake` is the id of the known mistake that the outputs match, `hint` what to look at."""

    name: str
    title: str
    points: float
    max_points: float
    public: bool
    status: str
    message: str = ""
    mistake: str | None = None
    hint: str = ""
    duration_s: float = 0.0


@dataclass(frozen=True)
class ExerciseResult:
    """The checks of one exercise."""

    name: str
    checks: tuple[CheckResult, ...]

    @property
    def score(self) -> float | None:
        """Points earned, or None when a check could not be judged through a fault of ours."""
        if any(check.status == "error" for check in self.checks):
            return None
        return _total(check.points for check in self.checks)

    @property
    def max_score(self) -> float:
        return _total(check.max_points for check in self.checks)


@dataclass(frozen=True)
class Report:
    """One graded submission. `notes` says what was repaired to be able to read it."""

    assignment: str
    submission: str
    exercises: tuple[ExerciseResult, ...]
    isolation: str
    seed: str
    versions: Mapping[str, str] = field(default_factory=dict)
    duration_s: float = 0.0
    output: str = ""
    notes: tuple[str, ...] = ()

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        return tuple(check for exercise in self.exercises for check in exercise.checks)

    @property
    def score(self) -> float | None:
        """Points earned, or None when a check could not be judged through a fault of ours: never a student's zero."""
        return None if self.needs_staff else _total(check.points for check in self.checks)

    @property
    def max_score(self) -> float:
        return _total(check.max_points for check in self.checks)

    @property
    def pending(self) -> float:
        """Points that this machine could not judge: neither lost nor given."""
        return _total(check.max_points for check in self.checks if check.status == "pending")

    @property
    def needs_staff(self) -> bool:
        return any(check.status == "error" for check in self.checks)

    @property
    def passed(self) -> bool:
        return all(check.status == "passed" for check in self.checks)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The ids of the known mistakes that were recognised, each once."""
        return tuple(dict.fromkeys(check.mistake for check in self.checks if check.mistake))

    @property
    def wrong(self) -> tuple[str, ...]:
        """The exercises that do not hold, with the reason where it is another than a wrong result."""
        result = []
        for exercise in self.exercises:
            statuses = {check.status for check in exercise.checks} - {"passed", "pending"}
            reasons = [status for status in STATUSES if status in statuses - {"failed"}]
            if statuses and exercise.max_score:  # a question without points is nobody's fault
                result.append(exercise.name + (f" ({', '.join(reasons)})" if reasons else ""))
        return tuple(result)

    def to_dict(self) -> dict[str, Any]:
        """Schema v1, ready for JSON."""
        result = {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "submission": self.submission,
            "score": self.score,
            "max_score": self.max_score,
            "pending": self.pending,
            "isolation": self.isolation,
            "seed": self.seed,
            "versions": dict(self.versions),
            "duration_s": round(self.duration_s, 6),
            "output": self.output,
            "exercises": [
                {
                    "name": exercise.name,
                    "score": exercise.score,
                    "max_score": exercise.max_score,
                    "checks": [
                        {
                            "name": check.name,
                            "title": check.title,
                            "points": round(check.points, 6),
                            "max_points": round(check.max_points, 6),
                            "public": check.public,
                            "status": check.status,
                            "message": check.message,
                            "mistake": check.mistake,
                            "hint": check.hint,
                            "duration_s": round(check.duration_s, 6),
                        }
                        for check in exercise.checks
                    ],
                }
                for exercise in self.exercises
            ],
        }
        return result | ({"notes": list(self.notes)} if self.notes else {})

    @classmethod
    def from_dict(cls, data: object) -> Report:
        """The report in `data`. Raises: CourseError, naming the field, if it is no consistent report of schema v1."""
        top = _Fields(data, "report")
        if (schema := top.take("schema", str)) != SCHEMA:
            raise CourseError(f"report.schema is {schema!r}; this version reads {SCHEMA!r}")
        sums = [(top, key, top.take(key, float, optional=key == "score")) for key in ("score", "max_score", "pending")]
        versions = _Fields(top.take("versions", dict), "report.versions")
        report = cls(
            assignment=top.take("assignment", str),
            submission=top.take("submission", str),
            isolation=top.take("isolation", str),
            seed=top.take("seed", str),
            versions={key: versions.take(key, str) for key in list(versions.data)},
            duration_s=top.take("duration_s", float),
            output=top.take("output", str),
            exercises=tuple(
                _exercise(item, f"report.exercises[{index}]") for index, item in enumerate(top.take("exercises", list))
            ),
            notes=_strings(top.take("notes", list), "report.notes") if "notes" in top.data else (),
        )
        for fields, key, stored in sums:
            fields.same(key, stored, getattr(report, key))
        top.end()
        return report


def _exercise(data: object, where: str) -> ExerciseResult:
    fields = _Fields(data, where)
    score, max_score = fields.take("score", float, optional=True), fields.take("max_score", float)
    checks = tuple(_check(item, f"{where}.checks[{i}]") for i, item in enumerate(fields.take("checks", list)))
    exercise = ExerciseResult(fields.take("name", str), checks)
    fields.same("score", score, exercise.score)
    fields.same("max_score", max_score, exercise.max_score)
    fields.end()
    return exercise


def _check(data: object, where: str) -> CheckResult:
    fields = _Fields(data, where)
    check = CheckResult(
        name=fields.take("name", str),
        title=fields.take("title", str),
        points=fields.take("points", float),
        max_points=fields.take("max_points", float),
        public=fields.take("public", bool),
        status=fields.take("status", str),
        message=fields.take("message", str),
        mistake=fields.take("mistake", str, optional=True),
        hint=fields.take("hint", str),
        duration_s=fields.take("duration_s", float),
    )
    if check.status not in STATUSES:
        raise CourseError(f"{where}.status is {check.status!r}; it must be one of {', '.join(STATUSES)}")
    if not 0 <= check.points <= check.max_points:
        raise CourseError(f"{where}.points is {check.points:g}; it must lie between 0 and {check.max_points:g}")
    fields.end()
    return check


class _Fields:
    """A JSON object being read: every key is taken once, and what is left over is an error."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            raise CourseError(f"{where} is not an object")
        self.data, self.where = dict(data), where

    def take(self, key: str, kind: type, *, optional: bool = False) -> Any:
        if key not in self.data:
            raise CourseError(f"{self.where}.{key} is missing")
        value = self.data.pop(key)
        if value is None and optional:
            return None
        if kind is float and type(value) is int and abs(value) < 2**53:
            value = float(value)
        if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
            raise CourseError(f"{self.where}.{key} is {str(value)[:60]!r}; it must be a {kind.__name__}")
        return value

    def same(self, key: str, stored: float | None, computed: float | None) -> None:
        if (stored is None) != (computed is None) or abs((stored or 0) - (computed or 0)) > 1e-6:
            raise CourseError(f"{self.where}.{key} is {stored}, but its checks add up to {computed}")

    def end(self) -> None:
        if self.data:
            raise CourseError(f"{self.where}.{next(iter(self.data))} is not a field of {SCHEMA}")


def _strings(values: list[object], where: str) -> tuple[str, ...]:
    fields = _Fields({str(index): value for index, value in enumerate(values)}, where)
    return tuple(fields.take(key, str) for key in list(fields.data))


def _total(points: Iterable[float]) -> float:
    return round(math.fsum(points), 6)


def for_student(report: Report) -> Report:
    """The report as its student may see it.

    Of a hidden check only title, status, points and hint; not the seed, from which the hidden inputs follow.
    """

    def shown(check: CheckResult) -> CheckResult:
        return check if check.public else replace(check, message="", mistake=None)

    exercises = tuple(replace(each, checks=tuple(map(shown, each.checks))) for each in report.exercises)
    return replace(report, exercises=exercises, seed="")


def file_name(submission_id: str) -> str:
    """The file that holds the report on this submission: a name of its own on every file system.

    Unusual characters are percent-encoded. A hash is added where that is not enough: to names with capitals (two that
    differ in case are one file on some systems), and to long ones.
    """
    encoded = "".join(
        c if c in _SAFE else "".join(f"%{byte:02x}" for byte in c.encode("utf-8", "surrogatepass"))
        for c in submission_id
    )
    # Neither hidden, nor a parent folder, nor an option of some command, nor a name with a meaning of its own.
    if encoded[:1] in (".", "-") or encoded.split(".")[0].lower() in _RESERVED:
        encoded = f"%{ord(encoded[0]):02x}{encoded[1:]}"
    if not encoded or encoded != encoded.lower() or len(encoded) > _LONGEST_NAME:
        digest = hashlib.sha256(submission_id.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        encoded = f"{encoded[:_LONGEST_NAME]}~{digest}"  # `~` is never left as it is, so no other name looks like this
    return f"{encoded}.json"


def write(report: Report, folder: Path) -> Path:
    """Write the report into `folder` under `file_name`.

    Raises: CourseError if it is inconsistent or cannot be written; nothing half-written is left.
    """
    data = report.to_dict()
    Report.from_dict(data)  # a report that could not be read again is not written
    text = json.dumps(data, indent=1)
    return write_atomically(Path(folder) / file_name(report.submission), text + "\n")


def read(path: Path) -> Report:
    """Read and validate one report. Raises: CourseError that names the file and the field."""
    try:
        return Report.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise CourseError(f"Cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise CourseError(f"{path} is not JSON: {error}") from error
    except CourseError as error:
        raise CourseError(f"{path}: {error}") from error


def read_folder(folder: Path) -> list[Report]:
    """All reports of a folder, ordered by submission. Raises: CourseError if there is none, or one cannot be read."""
    reports = [read(path) for path in Path(folder).glob("*.json") if not path.name.startswith(".")]
    if not reports:
        raise CourseError(f"No reports in {folder}; `autograder grade ... --out {folder}` writes them there.")
    return sorted(reports, key=lambda report: (report.assignment, report.submission))
