"""Maps each export format to its files and their content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from autograder.files import safe_name
from autograder.integrations import classroom50, csv, github, gradescope, junit, prairielearn
from autograder.report.report import Report


def documents(form: str, reports: Sequence[Report], environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Path -> text of the files in one of FORMATS. The first is the one to print if only one can be printed.

    A format for single submissions gets one folder per submission if there are several. environment, now: for data that
    reports do not have. Raises: CourseError if the format cannot express a report, or data is missing.
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
