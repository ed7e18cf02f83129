"""Applies the names that staff have given to unnamed failures since a report was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograder.course.course import FoundMistake
from autograder.report.report import Report
from autograder.report.results import ExerciseResult


def with_found(report: Report, found: Iterable[FoundMistake]) -> Report:
    """The report with the names and sentences of these mistakes for exercises with their digests. No points change.

    An exercise that was given a name has no digest any more; its sentence follows the name.
    """
    by = {(each.exercise, key): each for each in found for key in (each.digest, each.name)}
    return replace(report, exercises=tuple(_named(each, by) for each in report.exercises)) if by else report


def _named(exercise: ExerciseResult, by: dict[tuple[str, str], FoundMistake]) -> ExerciseResult:
    keys = [exercise.digest, *(check.mistake for check in exercise.checks if check.mistake)]
    found = next((by[exercise.name, key] for key in keys if (exercise.name, key) in by), None)
    if found is None:
        return exercise
    checks = tuple(
        replace(check, mistake=found.name, hint=found.says) if check.status == "failed" else check
        for check in exercise.checks
    )
    return replace(exercise, checks=checks, digest="")
