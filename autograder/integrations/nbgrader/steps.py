"""The parts of nbgrader's commands that this package replaces: preprocessors and plugins, named by `configure`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties, ClearSolutions, NbGraderPreprocessor, SaveAutoGrades

from autograder.authoring import notebook
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.gradebook import policy
from autograder.integrations.nbgrader import outputs
from autograder.report.report import ExerciseResult, Report
from autograder.submission.release import Release as Released

Step = tuple[Any, Any]  # a notebook, and nbconvert's resources


class Release(ClearSolutions):
    """Replaces ClearSolutions: takes exactly what `autograder build` has released."""

    def preprocess(self, nb: Any, resources: Any) -> Step:
        """Raises: CourseError if the release does not match the sources."""
        course = Course.find(Path(self.parent.parent.coursedir.root))
        assignment_id = resources["nbgrader"]["assignment"]
        released = json.loads(Released.load(course.release_dir(assignment_id), assignment_id).notebook)
        if released != notebook.notebook(course, assignment_id):
            raise CourseError(f"solutions/{assignment_id} was changed since; run: autograder build {assignment_id}")
        resources["language"] = "python"
        for cell, given in zip(nb.cells, released["cells"], strict=True):
            cell.source = "".join(given["source"])
        return nb, resources


class Judge(NbGraderPreprocessor):
    """Replaces Execute: the checks judge the work in the sandbox, and the results are written into the cells."""

    def preprocess(self, nb: Any, resources: Any) -> Step:
        if self.parent.withheld:
            outputs.withhold(nb)
            return nbformat.from_dict(nb), resources
        student = resources["nbgrader"]["student"]
        report: Report = self.parent.report(student)
        for check in report.checks:
            if check.status == "error":
                self.log.error("%s: %s could not be judged: %s", student, check.name, check.message)
        outputs.show(nb, report)
        return nbformat.from_dict(nb), resources


class SaveGrades(SaveAutoGrades):
    """Like nbgrader's, but work that was not judged has no score and needs manual grading."""

    def _add_score(self, cell: Any, resources: Any) -> None:
        name = cell.metadata.nbgrader["grade_id"]
        if not self._unjudged(name):
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()

    def _unjudged(self, name: str) -> bool:
        if self.parent.withheld:
            return True
        exercises: tuple[ExerciseResult, ...] = self.parent.report(self.student_id).exercises
        return any(f"check_{each.name}" == name and not outputs.judged(each) for each in exercises)


class LatePenalties(AssignLatePenalties):
    """Like nbgrader's, with the deadlines and extensions of course.yml, and with the reason in the feedback."""

    def init_plugin(self) -> None:
        super().init_plugin()
        self.reason = ""
        self.course = self.parent.course
        due = self.course.assignment(self.assignment_id).due
        if due is None:
            return
        from nbgrader.api import Gradebook

        theirs = policy.effective_due(self.course, self.assignment_id, self.student_id) or due
        with Gradebook(self.db_url) as gradebook:
            gradebook.find_assignment(self.assignment_id).duedate = _naive(due)
            submission = gradebook.find_submission(self.assignment_id, self.student_id)
            submission.extension = _naive(theirs) - _naive(due) if theirs != due else None
            gradebook.db.commit()

    def preprocess(self, nb: Any, resources: Any) -> Step:
        if self.parent.withheld:
            return nb, resources
        nb, resources = super().preprocess(nb, resources)
        if self.reason:
            outputs.note(nb, self.reason)
        return nbformat.from_dict(nb), resources


class LatePolicy(LateSubmissionPlugin):
    """The late penalties of course.yml. Its parent is a LatePenalties."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        step = self.parent
        submissions = {each.name: each for each in step.gradebook.student_submissions(student_id)}
        handed_in = {
            name: each.timestamp.replace(tzinfo=UTC)
            for name, each in submissions.items()
            if each.timestamp is not None and any(name == known.id for known in step.course.assignments)
        }
        this = submissions[step.assignment_id]
        submitted = handed_in.pop(step.assignment_id)
        penalty = policy.late_penalty(
            step.course, step.assignment_id, student_id, score, this.max_score, submitted, handed_in
        )
        step.reason = penalty.reason
        return penalty.points


def _naive(instant: datetime) -> datetime:
    """The time as nbgrader's database stores it: UTC without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None)
