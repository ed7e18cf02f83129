"""Maps each export format to its files and their content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from autograder.files import safe_name
from autograder.integrations import classroom50, csv, github, gradescope, junit, prairielearn
from autograder.report.report import Report


def documents(form: str, reports: Sequence[Report], environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Path -> text of the files in one of FORMATS; the first is the one to print where only one can be.

    A format that knows one submission only gets a folder for each when there are several. environment, now: for what
    reports do not know. Raises: CourseError if the format cannot say what a report says, or lacks something.
    """
    if form == "csv":
        return {"scores.csv": csv.render(reports)}
    if form == "junit":
        return {"junit.xml": junit.render(reports)}
    if form == "github":
        written = {"annotations.txt": github.render(reports), "summary.md": github.summary(reports)}
        return written | ({"result.txt": github.result(reports[0])} if len(reports) == 1 else {})
    if form == "gradescope":
        return _each(reports, "results.json", gradescope.render)
    if form == "prairielearn":
        return _each(reports, "results.json", prairielearn.render)
    run = classroom50.Run.from_environment(environment, now)
    return _each(reports, "result.json", lambda report: classroom50.render(report, run))


def _each(reports: Sequence[Report], file: str, render: Callable[[Report], str]) -> dict[str, str]:
    if len(reports) == 1:
        return {file: render(reports[0])}
    return {f"{safe_name(report.submission)}/{file}": render(report) for report in reports}
