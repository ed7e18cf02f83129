"""The report on one submission, schema v1. Everything that shows or exports a grade reads this and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from autograder.errors import CourseError
from autograder.report.fields import Fields
from autograder.report.results import (
    STATUSES,
    CheckResult,
    ExerciseResult,
    exercise_from_dict,
    manual_from_dict,
    manual_to_dict,
    total,
)
from autograder.text import same_name
from autograder.times import instant

SCHEMA = "autograder/report/v1"


@dataclass(frozen=True)
class Source:
    """Where the graded code is. file: relative, with "/". lines: exercise -> first line of its definition in a script.

    cells: exercise -> number of its cell in a notebook, all cells counted from 1. A file has one of the two.
    """

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        places = {"lines": dict(self.lines), "cells": dict(self.cells)}
        return {"file": self.file} | {key: value for key, value in places.items() if value}


@dataclass(frozen=True)
class Report:
    """One graded submission. `notes` says what was repaired to read it, `source` where its code is.

    All sums are of the whole assignment, including parts graded by hand. In the JSON, that part is `manual`, and the
    other sums and exercises contain only what checks judge.
    submitted: when it was handed in, if known. The score does not include a late penalty: see `policy`.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "submission", same_name(self.submission))

    @property
    def by_checks(self) -> Report:
        """The report without written answers."""
        return replace(self, exercises=tuple(each for each in self.exercises if not each.manual))

    @property
    def by_hand(self) -> float:
        """Points that a person still has to give."""
        return total(each.pending for each in self.exercises if each.manual)

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        return tuple(check for exercise in self.exercises for check in exercise.checks)

    @property
    def score(self) -> float | None:
        """Points earned; None if the grader failed on a check, because that must not be a student's zero."""
        return None if self.needs_staff else total(check.points for check in self.checks)

    @property
    def max_score(self) -> float:
        return total(check.max_points for check in self.checks)

    @property
    def pending(self) -> float:
        """Points that this machine could not grade, or that a person must give: neither lost nor given."""
        return total(each.pending for each in self.exercises)

    @property
    def fault(self) -> str | None:
        """Why the first check without a verdict has none; None if all have one."""
        return next((f"{check.name}: {check.message}" for check in self.checks if check.status == "error"), None)

    @property
    def needs_staff(self) -> bool:
        return self.fault is not None

    @property
    def passed(self) -> bool:
        return all(check.status == "passed" for check in self.checks)

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The ids of the recognized known mistakes, without repetition."""
        return tuple(dict.fromkeys(check.mistake for check in self.checks if check.mistake))

    @property
    def wrong(self) -> tuple[str, ...]:
        """The failing exercises, with the reason if it is not a wrong result.

        A message that all checks share, such as for a file that cannot be read, replaces the list.
        """
        judged = {(check.status, check.message) for check in self.checks}
        if len(judged) == 1 and len(self.checks) > 1 and not {status for status, _ in judged} & {"passed", "pending"}:
            return tuple(message for _, message in judged)
        result = []
        for exercise in self.exercises:
            statuses = {check.status for check in exercise.checks} - {"passed", "pending"}
            reasons = [status for status in STATUSES if status in statuses - {"failed"}]
            if statuses and exercise.max_score and not exercise.manual:  # questions have no points, and are left out
                result.append(exercise.name + (f" ({', '.join(reasons)})" if reasons else ""))
        return tuple(result)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON data of schema v1."""
        part = self.by_checks
        result: dict[str, Any] = {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "submission": self.submission,
            "score": part.score,
            "max_score": part.max_score,
            "pending": part.pending,
            "isolation": self.isolation,
            "seed": self.seed,
            "versions": dict(self.versions),
            "duration_s": round(self.duration_s, 6),
            "output": self.output,
            "exercises": [exercise.to_dict() for exercise in part.exercises],
        }
        if part.exercises != self.exercises:
            result["manual"] = [manual_to_dict(each) for each in self.exercises if each.manual]
        if self.notes:
            result["notes"] = list(self.notes)
        if self.source:
            result["source"] = self.source.to_dict()
        if self.submitted:
            result["submitted"] = self.submitted.isoformat()
        return result

    @classmethod
    def from_dict(cls, data: object) -> Report:
        """The report in JSON data. Raises: CourseError, which names the field, if it is not valid in schema v1."""
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
                exercise_from_dict(item, f"report.exercises[{index}]")
                for index, item in enumerate(top.take("exercises", list))
            )
            + tuple(
                manual_from_dict(item, f"report.manual[{index}]")
                for index, item in enumerate(top.take("manual", list) if "manual" in top else [])
            ),
            notes=top.take_strings("notes") if "notes" in top else (),
            source=_source(top.take("source", dict)) if "source" in top else None,
            submitted=_instant(top.take("submitted", str)) if "submitted" in top else None,
        )
        part = report.by_checks
        for fields, key, stored in sums:
            fields.same(key, stored, getattr(part, key))
        top.end()
        return report


def _instant(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as fault:
        raise CourseError(f"report.submitted is {text[:60]!r}; {fault}") from fault


def completed(report: Report, by: Report) -> Report:
    """`report`, with its pending checks as graded in the report `by`, and with the machine's data from `by`."""
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


def for_student(report: Report) -> Report:
    """The report as its student may see it.

    A hidden check shows only title, status, points and hint. Its measurements and duration are left out, since the
    student's code could encode its inputs in them, and so is the seed, from which the inputs follow. The digest, which
    tells who returned the same, is left out, too.
    """

    def shown(check: CheckResult) -> CheckResult:
        return (
            check
            if check.public
            else replace(check, message="", mistake=None, duration_s=0.0, evidence=(), compared=None)
        )

    exercises = tuple(replace(each, checks=tuple(map(shown, each.checks)), digest="") for each in report.exercises)
    return replace(report, exercises=exercises, seed="", duration_s=float(math.ceil(report.duration_s)))
