"""The report on one submission, schema v1. Everything that shows or exports a grade reads this and nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.evidence import Figure
from autograder.files import safe_name, write_atomically
from autograder.instants import instant
from autograder.schema import Fields

SCHEMA = "autograder/report/v1"
STATUSES = ("passed", "failed", "timeout", "crashed", "error", "pending")


@dataclass(frozen=True)
class CheckResult:
    """What one check found. `mistake` is the id of the known mistake that the outputs match, `hint` what to look at.

    evidence: what the check measured, where it measured something.
    """

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
    evidence: tuple[Figure, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        result = {
            "name": self.name,
            "title": self.title,
            "points": self.points,  # not rounded: thirds of a point must add up after reading as before
            "max_points": self.max_points,
            "public": self.public,
            "status": self.status,
            "message": self.message,
            "mistake": self.mistake,
            "hint": self.hint,
            "duration_s": round(self.duration_s, 6),
        }
        return result | ({"evidence": [figure.to_dict() for figure in self.evidence]} if self.evidence else {})


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
class Source:
    """Where the graded code is. file: relative, with "/". lines: exercise -> first line of its definition in a script.

    cells: exercise -> number of its cell in a notebook, all cells counted from 1. Of the two, the file has one.
    """

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        places = {"lines": dict(self.lines), "cells": dict(self.cells)}
        return {"file": self.file} | {key: value for key, value in places.items() if value}


@dataclass(frozen=True)
class Report:
    """One graded submission. `notes` says what was repaired to be able to read it, `source` where its code is.

    submitted: when it was handed in, if that is known. The score is without any penalty for it: see `policy`.
    """

    assignment: str
    submission: str
    exercises: tuple[ExerciseResult, ...]
    isolation: str
    seed: str
    versions: Mapping[str, str] = field(default_factory=dict)
    duration_s: float = 0.0
    output: str = ""
    notes: tuple[str, ...] = ()
    source: Source | None = None
    submitted: datetime | None = None

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
    def fault(self) -> str | None:
        """What kept us from judging the first check that has no verdict; None if all have one."""
        return next((f"{check.name}: {check.message}" for check in self.checks if check.status == "error"), None)

    @property
    def needs_staff(self) -> bool:
        return self.fault is not None

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
        result: dict[str, Any] = {
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
                    "checks": [check.to_dict() for check in exercise.checks],
                }
                for exercise in self.exercises
            ],
        }
        if self.notes:
            result["notes"] = list(self.notes)
        if self.source:
            result["source"] = self.source.to_dict()
        if self.submitted:
            result["submitted"] = self.submitted.isoformat()
        return result

    @classmethod
    def from_dict(cls, data: object) -> Report:
        """The report in `data`. Raises: CourseError, naming the field, if it is no consistent report of schema v1."""
        top = Fields(data, "report")
        if (schema := top.take("schema", str)) != SCHEMA:
            raise CourseError(f"report.schema is {schema!r}; this version reads {SCHEMA!r}")
        sums = [(top, key, top.take(key, float, optional=key == "score")) for key in ("score", "max_score", "pending")]
        report = cls(
            assignment=top.take("assignment", str),
            submission=top.take("submission", str),
            isolation=top.take("isolation", str),
            seed=top.take("seed", str),
            versions=top.take_dict("versions", str),
            duration_s=top.take("duration_s", float),
            output=top.take("output", str),
            exercises=tuple(
                _exercise(item, f"report.exercises[{index}]") for index, item in enumerate(top.take("exercises", list))
            ),
            notes=top.take_strings("notes") if "notes" in top else (),
            source=_source(top.take("source", dict)) if "source" in top else None,
            submitted=_instant(top.take("submitted", str)) if "submitted" in top else None,
        )
        for fields, key, stored in sums:
            fields.same(key, stored, getattr(report, key))
        top.end()
        return report


def _instant(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as fault:
        raise CourseError(f"report.submitted is {text[:60]!r}; {fault}") from fault


def completed(report: Report, by: Report) -> Report:
    """`report` with the checks that were pending in it as `by` judged them, and what `by` says of where it ran."""
    judged = {check.name: check for check in by.checks}

    def merged(check: CheckResult) -> CheckResult:
        return judged.get(check.name, check) if check.status == "pending" else check

    exercises = tuple(replace(each, checks=tuple(map(merged, each.checks))) for each in report.exercises)
    versions = {**report.versions, **{key: value for key, value in by.versions.items() if key not in report.versions}}
    if by.isolation != report.isolation:
        versions["gpu_isolation"] = by.isolation
    duration_s = report.duration_s + by.duration_s
    submitted = by.submitted or report.submitted
    return replace(report, exercises=exercises, versions=versions, duration_s=duration_s, submitted=submitted)


def _source(data: object) -> Source:
    fields = Fields(data, "report.source")
    places = {key: fields.take_dict(key, int) for key in ("lines", "cells") if key in fields}
    source = Source(fields.take("file", str), **places)
    fields.end()
    return source


def _exercise(data: object, where: str) -> ExerciseResult:
    fields = Fields(data, where)
    score, max_score = fields.take("score", float, optional=True), fields.take("max_score", float)
    checks = tuple(_check(item, f"{where}.checks[{i}]") for i, item in enumerate(fields.take("checks", list)))
    exercise = ExerciseResult(fields.take("name", str), checks)
    fields.same("score", score, exercise.score)
    fields.same("max_score", max_score, exercise.max_score)
    fields.end()
    return exercise


def _check(data: object, where: str) -> CheckResult:
    fields = Fields(data, where)
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
        evidence=tuple(
            Figure.from_dict(item, f"{where}.evidence[{index}]")
            for index, item in enumerate(fields.take("evidence", list) if "evidence" in fields else [])
        ),
    )
    if check.status not in STATUSES:
        raise CourseError(f"{where}.status is {check.status!r}; it must be one of {', '.join(STATUSES)}")
    if not 0 <= check.points <= check.max_points:
        raise CourseError(f"{where}.points is {check.points:g}; it must lie between 0 and {check.max_points:g}")
    fields.end()
    return check


def _total(points: Iterable[float]) -> float:
    return round(math.fsum(points), 6)


def for_student(report: Report) -> Report:
    """The report as its student may see it.

    Of a hidden check only title, status, points and hint; not what it measured, nor the seed, from which the hidden
    inputs follow.
    """

    def shown(check: CheckResult) -> CheckResult:
        return check if check.public else replace(check, message="", mistake=None, evidence=())

    exercises = tuple(replace(each, checks=tuple(map(shown, each.checks))) for each in report.exercises)
    return replace(report, exercises=exercises, seed="")


def file_name(submission_id: str) -> str:
    """The file that holds the report on this submission."""
    return f"{safe_name(submission_id)}.json"


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
