"""PrairieLearn's results.json, against its documentation: docs/externalGrading.md of PrairieLearn/PrairieLearn."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from autograder.integrations.prairielearn import render
from autograder.report.report import ExerciseResult
from tests.samples import AWKWARD, check, report

# The documentation as a schema.
TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
TEST = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "points": {"type": "number"},
        "max_points": {"type": "number"},
        "message": {"type": "string"},
        "output": {"type": "string"},
    },
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "output": {"type": "string"},
        "tests": {"type": "array", "items": TEST},
        "format_errors": TEXTS,
    },
    "additionalProperties": False,
    "if": {"properties": {"gradable": {"const": True}}},
    "then": {"required": ["score"]},
}


def results(*checks: Any, **changes: Any) -> dict[str, Any]:
    found = json.loads(render(report(*checks, **changes)))
    jsonschema.validate(found, SCHEMA)
    return found


def test_the_score_is_a_share() -> None:
    assert results(check(), check("failed"))["score"] == 0.5


def test_each_check_is_a_test_with_its_points() -> None:
    found = results(check(), check("failed", message="off by 2", hint="Look."))["tests"]
    assert [(each["name"], each["points"], each["max_points"]) for each in found] == [("adam", 6, 6), ("adam", 0, 6)]
    assert found[1]["message"] == "off by 2\n→ Look."


def test_a_fault_of_ours_costs_neither_points_nor_an_attempt() -> None:
    found = results(check(), check("error", message="no sandbox"))
    assert found["gradable"] is False
    assert "score" not in found
    assert "no sandbox" not in json.dumps(found)


def test_work_to_be_judged_elsewhere_is_in_neither_sum() -> None:
    found = results(check(), check("pending"))
    assert found["score"] == 1.0
    assert "neither lost nor given" in found["message"]


def test_nothing_of_a_hidden_check_is_said_but_its_hint() -> None:
    text = json.dumps(results(check("failed", public=False, message="expected 3.14", hint="Look at t.")))
    assert "3.14" not in text
    assert "Look at t." in text


def test_it_stays_below_the_limit_of_a_megabyte() -> None:
    many = tuple(check("failed", name=f"c{i}", message="学" * 5000) for i in range(300))
    text = render(report(exercises=(ExerciseResult("adam", many),), output="学" * 10**6))
    assert len(text.encode()) < 10**6


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_a_student_writes_is_text(text: str) -> None:
    results(check("failed", message=text), output=text)
