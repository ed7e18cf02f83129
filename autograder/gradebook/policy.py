"""Computes late penalties, the attempt that counts, and course grades: pure functions of course.yml and scores.

A deadline is a point in time. A day is 24 hours from it, even if the clocks change. A score that is not known yet
(because staff must fix something, or points wait for a GPU) is never taken for a zero; the grade says that it may rise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from autograder.course.course import Assignment, Course
from autograder.course.file import EVERY, Extension
from autograder.course.settings import Attempts, Late
from autograder.errors import CourseError
from autograder.text import number, same_name
from autograder.times import spoken

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOTHING: Mapping[str, datetime] = {}


@dataclass(frozen=True)
class Penalty:
    """What lateness costs. points: taken off, 0 <= points <= score. reason: a sentence that a student can read.

    late_days: how many of the student's late days were spent on it.
    """

    points: float
    reason: str
    late_days: int = 0


@dataclass(frozen=True)
class Attempt:
    """One hand-in. score: as graded, None if staff must look at it. pending: points not graded yet, not in `score`."""

    score: float | None
    max_score: float
    submitted: datetime | None = None
    pending: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """A student's result in one assignment.

    attempt: the one that counts; None if nothing was handed in. final: its score minus the penalty; None if it is not
    known. pending: by how many points `final` may still rise.
    status: "counts", or why it is not in the grade: "dropped", "excused", "waits" (for staff, or for a deadline that
    has not passed), "practice" (no weight or no points). reason: why this attempt counts, or why it was dropped.
    """

    assignment: str
    attempt: Attempt | None
    penalty: Penalty
    final: float | None
    max_score: float
    pending: float = 0.0
    weight: float = 1.0
    status: str = "counts"
    reason: str = ""

    @property
    def said(self) -> str:
        """The explanation for the student, in sentences."""
        return f"{self.penalty.reason} {self.reason}".rstrip()

    @property
    def share(self) -> float:
        """The share of the assignment's points that was earned, 0 to 1, as far as it is known."""
        return (self.final or 0.0) / self.max_score if self.max_score else 0.0


@dataclass(frozen=True)
class CourseGrade:
    """A student's course grade. total: percent, the weighted mean of what counts; None if nothing counts yet.

    provisional: the grade may still change, because something waits for staff, a GPU or a deadline.
    """

    student: str
    outcomes: tuple[Outcome, ...]
    total: float | None
    provisional: bool
    reason: str


# ---- one hand-in ----------------------------------------------------------------------------------------------------


def effective_due(course: Course, assignment_id: str, student: str) -> datetime | None:
    """The assignment's deadline for this student, with their extension. None: there is no deadline.

    Raises: UnknownName; CourseError if the extensions cannot be read.
    """
    due, granted = course.assignment(assignment_id).due, _granted(course, assignment_id, student)
    if due is not None and isinstance(granted, timedelta):
        return due + granted
    if due is not None and isinstance(granted, datetime):
        return max(due, granted)
    return due


def late_penalty(
    course: Course,
    assignment_id: str,
    student: str,
    score: float,
    max_score: float,
    submitted: datetime | None,
    handed_in: Mapping[str, datetime] = NOTHING,
) -> Penalty:
    """The late penalty of a hand-in, considering the student's extension and late days.

    submitted: when it was handed in, with a time zone; None if nobody knows, which costs nothing.
    handed_in: assignment id -> when this student handed in the others: late days are spent in order of deadlines.
    Raises: CourseError if `submitted` has no time zone or the extensions cannot be read; UnknownName.
    """
    left = course.late_days
    if submitted is not None and left:
        used = late_days_used(course, student, {**handed_in, assignment_id: submitted})
        before = [each.id for each in _by_deadline(course)]
        left -= sum(used.get(each, 0) for each in before[: before.index(assignment_id)])
    return _penalty(course, assignment_id, student, Attempt(score, max_score, submitted), left)


def late_days_used(course: Course, student: str, handed_in: Mapping[str, datetime]) -> dict[str, int]:
    """Assignment id -> the late days used on it, in the order of deadlines, for each assignment that was handed in.

    handed_in: assignment id -> when. Raises: as `late_penalty`.
    """
    left, used = course.late_days, dict[str, int]()
    for assignment in _by_deadline(course):
        if assignment.id in handed_in:
            attempt = Attempt(0.0, 0.0, handed_in[assignment.id])
            used[assignment.id] = _penalty(course, assignment.id, student, attempt, left).late_days
            left -= used[assignment.id]
    return used


def _penalty(course: Course, assignment_id: str, student: str, attempt: Attempt, late_days: int) -> Penalty:
    """late_days: how many the student has left. An unknown score is treated as 0; late days do not depend on it."""
    assignment, due = course.assignment(assignment_id), effective_due(course, assignment_id, student)
    late = assignment.late
    if _granted(course, assignment_id, student) == "excused":
        return Penalty(0.0, "Excused.")
    if due is None:
        return Penalty(0.0, "There is no deadline.")
    until = f"{due:%Y-%m-%d %H:%M:%S %Z}" + (", with your extension" if due != assignment.due else "")
    if attempt.submitted is None:
        return Penalty(0.0, f"Due {until}; the hand-in time is not known, so nothing is taken off.")
    if attempt.submitted.utcoffset() is None:
        raise CourseError(f"{assignment_id}, {student}: the time {attempt.submitted} has no time zone; give its offset")
    lateness = attempt.submitted.astimezone(UTC) - due.astimezone(UTC)
    if lateness <= timedelta(0):
        return Penalty(0.0, f"On time: due {until}.")
    said = f"{spoken(lateness)} late (due {until})"
    if lateness <= timedelta(minutes=late.grace_minutes):
        return Penalty(0.0, f"On time: {said}, which is within the {number(late.grace_minutes)} minutes of grace.")
    score = attempt.score or 0.0
    if late.cut_off_days is not None and lateness > timedelta(days=late.cut_off_days):
        by = f"by more than {_count(late.cut_off_days, 'day')}" if late.cut_off_days else "after a hard deadline"
        return Penalty(score, f"Handed in {said}, {by}, so it does not count.")
    if not late.penalty.value:
        return Penalty(0.0, f"Handed in {said}, which costs nothing.")
    used = min(late_days, math.ceil(lateness / DAY))
    reason = f"Handed in {said}"
    if used:
        reason += f"; {used} of your late days {'is' if used == 1 else 'are'} used"
    periods = max(0, math.ceil((lateness - used * DAY) / (DAY if late.per == "day" else HOUR)))
    points, how = _cost(late, periods, score, attempt.max_score)
    return Penalty(points, f"{reason}; {how}.", used)


def _cost(late: Late, periods: int, score: float, max_score: float) -> tuple[float, str]:
    if not periods:
        return 0.0, "nothing is taken off"
    points = periods * late.penalty.points(score, max_score)
    how = f"{_count(periods, f'started {late.per}')} at {late.penalty}"
    if late.at_most and points > late.at_most.points(score, max_score):
        points = late.at_most.points(score, max_score)
        how += f", but at most {late.at_most}"
    points = min(score, round(points, 6))
    return points, f"{how}: {'all ' if points == score > 0 else ''}{_count(points, 'point')} taken off"


def _granted(course: Course, assignment_id: str, student: str) -> Extension | None:
    granted = course.extensions.get(same_name(student), {})
    return granted.get(assignment_id, granted.get(EVERY))


def _by_deadline(course: Course) -> list[Assignment]:
    """The assignments in the order in which late days are used; those without a deadline come last and need none."""
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(course.assignments, key=lambda each: each.due or last)


def _count(amount: float, noun: str) -> str:
    return f"{number(amount)} {noun}{'' if amount == 1 else 's'}"


# ---- several hand-ins -----------------------------------------------------------------------------------------------


def choose_attempt(attempts: Sequence[Attempt], penalties: Sequence[Penalty], rule: Attempts) -> tuple[int, str]:
    """The index of the attempt that counts, and why. attempts: at least one, in the order of handing in.

    The best is the one with the most points after its penalty, compared in millionths of a point; of equal ones, the
    first. An attempt with an unknown score comes before all others, because it might turn out to be the best.
    """
    if len(attempts) == 1:
        return 0, ""
    finals = [_final(attempt, penalty) for attempt, penalty in zip(attempts, penalties, strict=True)]
    most = min(len(attempts), rule.at_most or len(attempts))
    best = max(range(most), key=lambda index: (finals[index] is None, finals[index] or 0.0))
    index = {"first": 0, "last": most - 1, "best": best}[rule.which]
    said = f"Attempt {index + 1} of {len(attempts)} counts"
    limit = f" of the first {most}" if most < len(attempts) else ""
    if rule.which == "best" and finals[index] is None:
        return (
            index,
            f"Attempt {index + 1} of {len(attempts)} waits for staff; which is the best{limit} is not known before.",
        )
    return index, f"{said}, the {rule.which}{limit}."


def _final(attempt: Attempt, penalty: Penalty) -> float | None:
    return None if attempt.score is None else round(attempt.score - penalty.points, 6)


def _outcome(
    course: Course, assignment: Assignment, student: str, attempts: Sequence[Attempt], late_days: int
) -> Outcome:
    """The result of the assignment for these attempts, at least one, in the order of handing in."""

    def penalty(attempt: Attempt) -> Penalty:
        return _penalty(course, assignment.id, student, attempt, late_days)

    penalties = [penalty(attempt) for attempt in attempts]
    index, why = choose_attempt(attempts, penalties, assignment.attempts)
    chosen, cost = attempts[index], penalties[index]
    final, status = _final(chosen, cost), "counts" if assignment.weight and chosen.max_score else "practice"
    if final is None:
        cost = replace(cost, points=0.0, reason="Not graded yet, through no fault of yours: staff will look at it.")
        status = "waits" if status == "counts" else status
    if _granted(course, assignment.id, student) == "excused":
        status = "excused"
    # The points that may still come: evaluate each attempt that may count as if its pending points were earned.
    looked_at = attempts[: assignment.attempts.at_most] if assignment.attempts.which == "best" else [chosen]
    hoped = [replace(each, score=each.score + each.pending) for each in looked_at if each.score is not None]
    most = max([final or 0.0, *(_final(each, penalty(each)) or 0.0 for each in hoped)])
    pending = 0.0 if final is None else round(most - final, 6)
    return Outcome(assignment.id, chosen, cost, final, chosen.max_score, pending, assignment.weight, status, why)


def _missing(course: Course, assignment: Assignment, student: str, max_score: float, now: datetime) -> Outcome:
    due = effective_due(course, assignment.id, student)
    final: float | None = 0.0
    status, reason = "counts" if assignment.weight and max_score else "practice", "Nothing was handed in."
    if _granted(course, assignment.id, student) == "excused":
        final, status, reason = None, "excused", "Excused."
    elif due is not None and now <= due and status == "counts":
        final, status, reason = None, "waits", f"Nothing was handed in yet; due {due:%Y-%m-%d %H:%M:%S %Z}."
    return Outcome(assignment.id, None, Penalty(0.0, reason), final, max_score, 0.0, assignment.weight, status)


# ---- the course -----------------------------------------------------------------------------------------------------


def course_grade(
    course: Course,
    student: str,
    attempts: Mapping[str, Sequence[Attempt]],
    max_scores: Mapping[str, float],
    now: datetime,
) -> CourseGrade:
    """The student's grade for the assignments in `max_scores`, those for which anyone in the class was graded.

    attempts: assignment id -> attempts in the order of handing in. now: work that is not due yet is not missing.
    Raises: CourseError if a time has no time zone or the extensions cannot be read.
    """
    left, found = course.late_days, dict[str, Outcome]()
    for assignment in _by_deadline(course):
        if attempts.get(assignment.id):
            found[assignment.id] = _outcome(course, assignment, student, attempts[assignment.id], left)
            left -= found[assignment.id].penalty.late_days
        elif assignment.id in max_scores:
            found[assignment.id] = _missing(course, assignment, student, max_scores[assignment.id], now)
    outcomes = [found[each.id] for each in course.assignments if each.id in found]
    counted = [each for each in outcomes if each.status == "counts"]
    kept = _kept(counted, course.drop_lowest)
    dropped = [each.assignment for each in counted if each not in kept]
    outcomes = [
        replace(each, status="dropped", reason=f"{each.reason} Dropped: the grade is higher without it.".strip())
        if each.assignment in dropped
        else each
        for each in outcomes
    ]
    waits = [
        each.assignment
        for each in outcomes
        if each.status == "waits" or (each.pending and each.status in ("counts", "dropped"))
    ]
    total = round(100 * _mean(kept), 2) if kept else None
    return CourseGrade(student, tuple(outcomes), total, bool(waits), _in_words(kept, total, dropped, waits))


def _kept(counted: Sequence[Outcome], drop: int) -> list[Outcome]:
    """All but the `drop` outcomes without which the weighted mean is highest; at least one is kept.

    With equal weights those are the lowest. In general, Dinkelbach's method for the largest ratio is used: the best
    choice for a guess of the mean gives a better guess, until it no longer improves.
    """
    kept, mean = list[Outcome](), 0.0
    while counted:
        kept = sorted(counted, key=lambda each: each.weight * (each.share - mean), reverse=True)
        kept = kept[: max(len(counted) - drop, 1)]
        if _mean(kept) <= mean + 1e-12:
            break
        mean = _mean(kept)
    return [each for each in counted if each in kept]


def _mean(outcomes: Sequence[Outcome]) -> float:
    return math.fsum(each.weight * each.share for each in outcomes) / math.fsum(each.weight for each in outcomes)


def _in_words(kept: Sequence[Outcome], total: float | None, dropped: Sequence[str], waits: Sequence[str]) -> str:
    said = "Nothing counts yet"
    if total is not None:
        terms = " + ".join(f"{number(each.weight)} × {number(100 * each.share)} %" for each in kept)
        said = f"({terms}) / {number(math.fsum(each.weight for each in kept))} = {number(total)} %"
    said += f"; dropped: {', '.join(dropped)}" if dropped else ""
    return said + (f"; not final, because of {', '.join(waits)}" if waits else "") + "."
