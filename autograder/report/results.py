"""The parts of a report and their JSON: the results of checks, and the points given by people."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograder.errors import CourseError
from autograder.report.evidence import Figure
from autograder.report.fields import Fields

STATUSES = ("passed", "failed", "timeout", "crashed", "error", "pending")


@dataclass(frozen=True)
class Compared:
    """Two arrays or numbers that a check compared, and that differ.

    name: what they are, such as "dw". got_shape, expected_shape: their shapes. at: where they differ most, and got,
    expected: the numbers there, None if not finite; all three are None if the shapes differ. wrong: how many values
    differ. relation: the id of the relation between the two, if one is known.
    """

    name: str
    got_shape: tuple[int, ...]
    expected_shape: tuple[int, ...]
    at: tuple[int, ...] | None = None
    got: float | None = None
    expected: float | None = None
    wrong: int | None = None
    relation: str | None = None

    def to_dict(self) -> dict[str, Any]:
        shapes = {key: list(getattr(self, key)) for key in ("got_shape", "expected_shape")}
        at = None if self.at is None else list(self.at)
        return {"name": self.name, **shapes, "at": at, **{key: getattr(self, key) for key in _NUMBERS}}

    @classmethod
    def from_dict(cls, data: object, where: str) -> Compared:
        """Raises: CourseError that names the field."""
        fields = Fields(data, where)
        compared = cls(
            name=fields.take("name", str),
            got_shape=fields.take_whole_numbers("got_shape"),
            expected_shape=fields.take_whole_numbers("expected_shape"),
            at=fields.take_whole_numbers("at")
            if fields.data.get("at") is not None
            else fields.take("at", list, optional=True),
            got=fields.take("got", float, optional=True),
            expected=fields.take("expected", float, optional=True),
            wrong=fields.take("wrong", int, optional=True),
            relation=fields.take("relation", str, optional=True),
        )
        fields.end()
        return compared


_NUMBERS = ("got", "expected", "wrong", "relation")


@dataclass(frozen=True)
class CheckResult:
    """The result of one check. `mistake` is the id of the known mistake that its outputs match, `hint` what to look at.

    evidence: the check's measurements, if any. compared: the two values that it compared, if they differ.
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
    compared: Compared | None = None

    def to_dict(self) -> dict[str, Any]:
        result: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "points": self.points,  # not rounded, so that thirds of a point add up to the same after reading
            "max_points": self.max_points,
            "public": self.public,
            "status": self.status,
            "message": self.message,
            "mistake": self.mistake,
            "hint": self.hint,
            "duration_s": round(self.duration_s, 6),
        }
        if self.evidence:
            result["evidence"] = [figure.to_dict() for figure in self.evidence]
        if self.compared:
            result["compared"] = self.compared.to_dict()
        return result


@dataclass(frozen=True)
class ExerciseResult:
    """The checks of one exercise. manual: a person gives its points, for a written answer; see `by_hand`.

    digest: of what it returned on the public inputs, if it fails without a known mistake.
    """

    name: str
    checks: tuple[CheckResult, ...]
    manual: bool = False
    digest: str = ""

    @property
    def score(self) -> float | None:
        """Points earned, or None if the grader failed on a check."""
        if any(check.status == "error" for check in self.checks):
            return None
        return total(check.points for check in self.checks)

    @property
    def passed(self) -> bool:
        return all(check.status == "passed" for check in self.checks)

    @property
    def max_score(self) -> float:
        return total(check.max_points for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        checks = [check.to_dict() for check in self.checks]
        result = {"name": self.name, "score": self.score, "max_score": self.max_score, "checks": checks}
        return result | {"digest": self.digest} if self.digest else result

    @property
    def pending(self) -> float:
        """Points that are not graded yet: neither lost nor given."""
        return total(check.max_points for check in self.checks if check.status == "pending")


def by_hand(name: str, max_score: float, score: float | None, message: str = "") -> ExerciseResult:
    """A written answer. score: the points from a person, None until then. message: the answer, or a note about it."""
    status = "pending" if score is None else "passed" if score >= max_score else "failed"
    title = name.replace("_", " answer ", 1).capitalize()
    check = CheckResult(name, title, score or 0.0, max_score, True, status, message)
    return ExerciseResult(name, (check,), manual=True)


def manual_to_dict(exercise: ExerciseResult) -> dict[str, Any]:
    """A written answer as JSON data, which `manual_from_dict` reads."""
    (check,) = exercise.checks
    score = None if exercise.pending else check.points
    return {"name": exercise.name, "max_score": check.max_points, "score": score, "message": check.message}


def manual_from_dict(data: object, where: str) -> ExerciseResult:
    """Raises: CourseError that names the field."""
    fields = Fields(data, where)
    name, max_score = fields.take("name", str), fields.take("max_score", float)
    score, message = fields.take("score", float, optional=True), fields.take("message", str)
    if not 0 <= (score or 0.0) <= max_score:
        raise CourseError(f"{where}.score is {score:g}; it must lie between 0 and {max_score:g}")
    fields.end()
    return by_hand(name, max_score, score, message)


def exercise_from_dict(data: object, where: str) -> ExerciseResult:
    """Raises: CourseError that names the field."""
    fields = Fields(data, where)
    score, max_score = fields.take("score", float, optional=True), fields.take("max_score", float)
    checks = tuple(_check(item, f"{where}.checks[{i}]") for i, item in enumerate(fields.take("checks", list)))
    digest = fields.take("digest", str) if "digest" in fields else ""
    exercise = ExerciseResult(fields.take("name", str), checks, digest=digest)
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
        compared=Compared.from_dict(fields.take("compared", dict), f"{where}.compared")
        if "compared" in fields
        else None,
    )
    if check.status not in STATUSES:
        raise CourseError(f"{where}.status is {check.status!r}; it must be one of {', '.join(STATUSES)}")
    if not 0 <= check.points <= check.max_points:
        raise CourseError(f"{where}.points is {check.points:g}; it must lie between 0 and {check.max_points:g}")
    fields.end()
    return check


def total(points: Iterable[float]) -> float:
    return round(math.fsum(points), 6)
