"""Writes reports as JUnit XML: a suite for each submission, a test case for each check, points as properties.

A check on which the grader failed is an `error`, pending work is `skipped`, and a failure of the student's code (a
wrong result, a timeout, a crash) is a `failure`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from autograder.integrations.feedback import feedback
from autograder.report.report import CheckResult, Report, for_student
from autograder.text import number, printable

_KINDS = {"error": "error", "pending": "skipped"}
_COUNTS = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[Report]) -> str:
    """One document with all reports, as their students may see them."""
    root = ET.Element("testsuites", name="autograder")
    for report in map(for_student, reports):
        suite = ET.SubElement(root, "testsuite", _texts(name=f"{report.assignment}: {report.submission}"))
        _properties(suite, score=report.score, max_score=report.max_score, pending=report.pending)
        for exercise in report.exercises:
            for check in exercise.checks:
                _case(suite, f"{report.assignment}.{exercise.name}", check)
        _count(suite, report.duration_s)
    _count(root, sum(report.duration_s for report in reports))
    del root.attrib["skipped"]  # only suites have this attribute
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, classname: str, check: CheckResult) -> None:
    texts = _texts(classname=classname, name=check.title, time=_seconds(check.duration_s))
    case = ET.SubElement(suite, "testcase", texts)
    _properties(case, points=check.points, max_points=check.max_points, mistake=check.mistake)
    if check.status != "passed":
        said = feedback(check) or "This check fails."
        kind = _KINDS.get(check.status, "failure")
        ET.SubElement(case, kind, _texts(message=said.partition("\n")[0], type=check.status)).text = _text(said)


def _properties(parent: ET.Element, **values: float | str | None) -> None:
    """Add numbers as people write them; values that are None are left out."""
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        if value is not None:
            text = number(value) if isinstance(value, float) else value
            ET.SubElement(properties, "property", _texts(name=name, value=text))


def _count(element: ET.Element, duration_s: float) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in _COUNTS.items():
        element.set(attribute, str(len(list(element.iter(tag)))))
    element.set("time", _seconds(duration_s))


def _seconds(duration_s: float) -> str:
    return f"{duration_s:.3f}"


def _texts(**values: str) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", printable(value))
