"""What course.yml can say of one assignment: plain values, with the defaults that hold where it is silent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_AMOUNT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%( of score)?", re.ASCII)


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Every value is positive.

    load_s, check_s, submission_s: wall-clock seconds to load the submission, for one check, for everything together.
    memory_mib, tmp_mib, reply_mib: memory of a process, its private disk, and one reply to a check.
    output_kib: how much of what the student prints is shown; printing more than output_limit_mib ends the submission.
    processes: processes and threads together. gpu_memory_mib: what a check may need of a GPU's; a cluster gives it to
    workers that declare as much.
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
    gpu_memory_mib: int = 4096


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
        if type(value) in (int, float) and 0 <= value < 1e6:  # type: ignore[operator]  # a number, says the type
            return cls(float(value))  # type: ignore[arg-type]  # a number, too
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
    """What lateness costs: `penalty` for each started `per` ("day" of 24 hours, or "hour"), together `at_most` that.

    grace_minutes: up to this much after the deadline is on time. cut_off_days: later than this counts nothing.
    """

    grace_minutes: float = 0.0
    penalty: Amount = Amount(0)
    per: str = "day"
    at_most: Amount | None = None
    cut_off_days: float | None = None


@dataclass(frozen=True)
class Attempts:
    """Which hand-in counts: the "last", the "first" or the "best". at_most: only the first so many are looked at."""

    which: str = "last"
    at_most: int | None = None


@dataclass(frozen=True)
class Rules:
    """allowed_imports: packages besides the standard library; None for all. forbidden: exercise, or "*" for each of
    them -> dotted names of functions, classes or modules. on_violation: "fail" costs the exercise its points, "report"
    only tells.
    """

    allowed_imports: tuple[str, ...] | None = None
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on_violation: str = "fail"

    def forbidden_in(self, exercise: str) -> tuple[str, ...]:
        return (*self.forbidden.get(exercise, ()), *self.forbidden.get("*", ()))

    def __bool__(self) -> bool:
        return self.allowed_imports is not None or bool(self.forbidden)


@dataclass(frozen=True)
class Assignment:
    """One assignment: `due` has a time zone; `preload` names modules to import before any student's code runs.

    gpu: some of its checks need a GPU, so submissions may see the one of a machine that has one.
    weight: how much it counts in the course's grade, compared with the others. rules: what students are to write
    themselves.
    """

    id: str
    title: str
    due: datetime | None = None
    preload: tuple[str, ...] = ("numpy",)
    gpu: bool = False
    limits: Limits = Limits()
    late: Late = Late()
    attempts: Attempts = Attempts()
    weight: float = 1.0
    rules: Rules = Rules()


def late_from(values: dict[str, Any]) -> Late:
    """The late policy that these valid values of course.yml describe."""
    amounts: dict[str, Any] = {key: Amount.of(values[key]) for key in ("penalty", "at_most") if key in values}
    return Late(**(values | amounts))


def rules_from(values: dict[str, Any]) -> Rules:
    """The rules that these valid values of course.yml describe."""
    allowed = values.get("allowed_imports")
    forbidden = {exercise: tuple(names) for exercise, names in values.get("forbidden", {}).items()}
    return Rules(None if allowed is None else tuple(allowed), forbidden, values.get("on_violation", "fail"))
