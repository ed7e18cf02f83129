"""The schema of course.yml: its keys, their types and their defaults.

These dataclasses are the only definition. `file` validates course.yml with them, and the reference page in the
documents takes the meaning of each key from the docstrings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeVar

_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%( of score)?", re.ASCII)


@dataclass(frozen=True)
class Bounds:
    """Bounds for a value, named as in pydantic. A class of its own, so that most commands need not import pydantic."""

    gt: float | None = None
    ge: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


_Number = TypeVar("_Number", int, float)
Positive = Annotated[_Number, Bounds(gt=0)]
NotNegative = Annotated[_Number, Bounds(ge=0)]
Text = Annotated[str, Bounds(min_length=1)]


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Seconds are wall-clock time; on a busy machine it may run up to three times as long.

    load_s: seconds to load the submission.
    check_s: seconds for one check; an endless computation is stopped sooner (`sandbox.exchange.Look`).
    submission_s: seconds for the whole submission.
    memory_mib: memory per process.
    output_kib: how much of the student's output is shown.
    output_limit_mib: a submission that prints more than this is ended.
    reply_mib: maximum size of one reply to a check.
    tmp_mib: size of the submission's private disk.
    processes: maximum number of processes and threads together.
    gpu_memory_mib: GPU memory that a check may need; a cluster uses only workers that declare this much.
    """

    load_s: Positive[float] = 20.0
    check_s: Positive[float] = 10.0
    submission_s: Positive[float] = 300.0
    memory_mib: Positive[int] = 2048
    output_kib: Positive[int] = 64
    output_limit_mib: Positive[int] = 16
    reply_mib: Positive[int] = 64
    tmp_mib: Positive[int] = 64
    processes: Positive[int] = 64
    gpu_memory_mib: Positive[int] = 4096


@dataclass(frozen=True)
class Amount:
    """Points, or a percentage of the maximum or of the score. unit: "points", "maximum" or "score"."""

    value: float
    unit: str = "points"

    @classmethod
    def of(cls, value: object) -> Amount:
        """`5` (points), `10%` (of the maximum) or `10% of score`. Raises: ValueError that says so."""
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match and float(match[1]) <= 100:
            return cls(float(match[1]), "score" if match[2] else "maximum")
        if type(value) in (int, float) and 0 <= value < 1e6:  # type: ignore[operator]  # a number, by its type
            return cls(float(value))  # type: ignore[arg-type]  # also a number
        raise ValueError("write points such as 5, a part of the maximum such as 10%, or '10% of score'")

    def points(self, score: float, max_score: float) -> float:
        whole = {"points": 100.0, "maximum": max_score, "score": score}[self.unit]
        return self.value * whole / 100

    def __str__(self) -> str:
        number = f"{self.value:g}"
        words = {"points": " point" if number == "1" else " points", "maximum": " % of the maximum"}
        return number + words.get(self.unit, " % of the score")


@dataclass(frozen=True)
class Late:
    """What lateness costs.

    grace_minutes: work this many minutes after the deadline is still on time.
    penalty: taken off for each started `per`.
    per: the unit of lateness; a day has 24 hours.
    at_most: the maximum total penalty; the whole score if unset.
    cut_off_days: work later than this counts nothing; never if unset.
    """

    grace_minutes: NotNegative[float] = 0.0
    penalty: Amount = Amount(0)
    per: Literal["day", "hour"] = "day"
    at_most: Amount | None = None
    cut_off_days: NotNegative[float] | None = None


@dataclass(frozen=True)
class Attempts:
    """Which hand-in counts, if there are several.

    which: the one with the most points, the newest, or the oldest.
    at_most: only this many are considered, the first ones; all if unset.
    """

    which: Literal["best", "last", "first"] = "last"
    at_most: Positive[int] | None = None


@dataclass(frozen=True)
class Rules:
    """What students must write themselves.

    allowed_imports: packages besides the standard library; all if unset.
    forbidden: dotted names of functions, classes or modules, by exercise or under "*" for all exercises.
    on_violation: with `fail` the exercise loses its points; with `report` only staff are told.
    """

    allowed_imports: tuple[str, ...] | None = None
    forbidden: Mapping[str, Annotated[tuple[str, ...], Bounds(max_length=200)]] = field(default_factory=dict)
    on_violation: Literal["fail", "report"] = "fail"

    def forbidden_in(self, exercise: str) -> tuple[str, ...]:
        return (*self.forbidden.get(exercise, ()), *self.forbidden.get("*", ()))

    def __bool__(self) -> bool:
        return self.allowed_imports is not None or bool(self.forbidden)


@dataclass(frozen=True)
class Assignment:
    """One assignment. Keys of limits, late and attempts that it does not set are inherited from the course.

    id: its name in commands, and the name of its folders in `solutions/` and `assignments/`.
    title: the title that people read.
    due: the deadline; never late if unset.
    preload: modules to import before any student's code runs.
    gpu: some of its checks need a GPU, so submissions may access the machine's GPU.
    limits: what one submission may use.
    late: what lateness costs.
    attempts: which hand-in counts.
    weight: its weight in the course grade, relative to the others; 0 is practice.
    rules: what students must write themselves.
    """

    id: Annotated[str, Bounds(pattern=r"^[a-z][a-z0-9_]*\z")]
    title: Text
    due: datetime | None = None
    preload: tuple[str, ...] = ("numpy",)
    gpu: bool = False
    limits: Limits = Limits()
    late: Late = Late()
    attempts: Attempts = Attempts()
    weight: NotNegative[float] = 1.0
    rules: Rules = Rules()


@dataclass(frozen=True)
class FoundMistake:
    """A mistake that staff found in a class. digest: of what it returns. submission: where it was found."""

    name: str
    exercise: str
    says: str
    digest: str
    submission: str


@dataclass(frozen=True)
class CourseSettings:
    """The whole file.

    title: the course's title.
    assignments: the assignments, in the order of the course.
    limits: defaults for every assignment, key by key.
    late: defaults for every assignment, key by key.
    attempts: defaults for every assignment, key by key.
    late_days: penalty-free late days for each student, over the whole course.
    drop_lowest: number of assignments to drop, chosen so that the grade is highest.
    extensions_file: a file next to this one with extensions and excused work.
    secret_file: the file of the secret that seeds all hidden inputs; created on first use.
    """

    title: Text
    assignments: Annotated[tuple[Assignment, ...], Bounds(min_length=1)]
    limits: Limits = Limits()
    late: Late = Late()
    attempts: Attempts = Attempts()
    late_days: NotNegative[int] = 0
    drop_lowest: NotNegative[int] = 0
    extensions_file: Text | None = None
    secret_file: Text = ".autograder/secret"


INHERITED = ("limits", "late", "attempts")  # by every assignment from the course
