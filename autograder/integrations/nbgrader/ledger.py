"""Manages what nbgrader's gradebook shows until a student is graded: nothing that could be taken for their score."""

from __future__ import annotations

from collections.abc import Mapping

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import CourseError
from autograder.gradebook.by_hand import Given
from autograder.text import number, same_name


def agree(url: str, assignment_id: str, points: Mapping[str, float]) -> None:
    """Raises: CourseError, which says what to do, unless the gradebook has exactly these cells with these points.

    points: graded cell -> points, as the checks and the release have them.
    """
    known = _cells(url, assignment_id)
    for cell in sorted(points.keys() | known.keys()):
        theirs, ours = known.get(cell), points.get(cell)
        if theirs is None or ours is None or abs(theirs - ours) > 1e-6:
            raise CourseError(
                f"the gradebook gives {_points(theirs)} for {cell.removeprefix('check_')}, its checks {_points(ours)}; "
                f"run: autograder build {assignment_id} && nbgrader generate_assignment {assignment_id} --force"
            )


def _cells(url: str, assignment_id: str) -> dict[str, float]:
    try:
        with Gradebook(url) as gradebook:
            cells = gradebook.find_notebook(assignment_id, assignment_id).grade_cells
            return {cell.name: float(cell.max_score) for cell in cells}
    except MissingEntry:
        raise CourseError(
            f"The gradebook {url} has no assignment {assignment_id}; run: nbgrader generate_assignment {assignment_id}"
        ) from None
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook {url} cannot be read: {error.__cause__ or error}") from error


def scores(url: str, assignment_id: str, student: str) -> dict[str, float | None]:
    """Graded cell -> the student's score so far, without points given by a person."""
    with Gradebook(url) as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(assignment_id, assignment_id, student)
        except MissingEntry:
            return {}
        return {grade.name: grade.auto_score for grade in notebook.grades}


def hold(url: str, assignment_id: str, student: str, kept: Mapping[str, float | None]) -> None:
    """Restore these scores, and mark each for manual grading until it is replaced by a new one."""
    with Gradebook(url) as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(assignment_id, assignment_id, student)
        except MissingEntry:
            return
        for grade in notebook.grades:
            grade.auto_score, grade.needs_manual_grade = kept.get(grade.name), True
        gradebook.db.commit()


def given_by_hand(url: str) -> Given:
    """(assignment, student) -> exercise -> the points that replace those of its checks.

    For written answers, all known points, including the zeros for empty ones; for other cells, points that a person
    changed. Raises: CourseError if the gradebook cannot be read.
    """
    given: dict[tuple[str, str], dict[str, float]] = {}
    columns = (Assignment.name, SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score, Grade.manual_score,
               Grade.extra_credit, Grade.needs_manual_grade)  # fmt: skip
    try:
        with Gradebook(url) as gradebook:
            found = (
                gradebook.db.query(*columns)
                .select_from(Grade)
                .join(BaseCell, Grade.cell_id == BaseCell.id)
                .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
                .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
                .all()
            )
    except SQLAlchemyError as error:
        raise CourseError(f"The gradebook {url} cannot be read: {error.__cause__ or error}") from error
    for assignment, student, cell, auto, manual, extra, unsure in found:
        changed = manual is not None or (extra and auto is not None)
        if changed or (cell.startswith("written_") and auto is not None and not unsure):
            points = float(auto if manual is None else manual) + float(extra or 0.0)
            given.setdefault((assignment, same_name(student)), {})[cell.removeprefix("check_")] = points
    return given


def _points(points: float | None) -> str:
    return "nothing" if points is None else f"{number(points)} points"
