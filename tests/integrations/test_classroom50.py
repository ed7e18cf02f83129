"""The result has the form that Classroom 50 accepts, in integer points; a grader's error gives no result."""

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from autograder.errors import CourseError
from autograder.integrations.classroom50 import Run, render, whole
from autograder.text import printable
from tests.samples import AWKWARD, check, report

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
ENVIRONMENT = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "optimizers",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "alice",
    "SUBMISSION_TAG": "submit/2026-10-01T12-00-00Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/x/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/x/releases/tag/y",
    "REVIEW_URL": "https://github.com/x/compare/z",
}
RUN = Run.from_environment(ENVIRONMENT, AT)
TEXT = {"type": "string", "minLength": 1}
POINTS = {"type": "integer", "minimum": 0}
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
TEST = {
    "type": "object",
    "required": ["test-name", "passed", "score", "max-score"],
    "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": POINTS, "max-score": POINTS},
}
FIELDS = {
    "schema": {"const": "classroom50/result/v1"},
    "classroom": TEXT,
    "assignment": TEXT,
    "assignment_type": {"enum": ["individual", "group", "team"]},
    "owner": TEXT,
    "submission": {"type": "string", "pattern": "^submit/"},
    "commit": TEXT,
    "release": TEXT,
    "review": TEXT,
    "datetime": INSTANT,
    "score": POINTS,
    "max-score": POINTS,
    "tests": {"type": "array", "items": TEST},
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": list(FIELDS),
    "properties": FIELDS | {"graded_at": INSTANT},
}


def result(*checks, **changes):
    data = json.loads(render(report(*checks, **changes), RUN))
    jsonschema.validate(data, SCHEMA)
    assert data["score"] <= data["max-score"]
    assert all(test["score"] <= test["max-score"] for test in data["tests"])
    return data


def test_a_result_has_the_scores_and_the_runner_s_fields():
    data = result(check(), check("failed", points=1.5))
    assert (data["score"], data["max-score"]) == (8, 12)
    assert [(test["passed"], test["score"]) for test in data["tests"]] == [(True, 6), (False, 2)]
    assert (data["owner"], data["submission"]) == ("alice", ENVIRONMENT["SUBMISSION_TAG"])


def test_the_time_is_that_of_the_hand_in_where_it_is_known():
    handed_in = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
    data = result(check(), submitted=handed_in)
    assert (data["datetime"], data["graded_at"]) == ("2026-09-30T08:00:00Z", "2026-10-01T12:30:00Z")
    assert result(check())["datetime"] == "2026-10-01T12:30:00Z"


@pytest.mark.parametrize(
    ("points", "most", "expected"),
    [(0.5, 6, 1), (0.49, 6, 0), (2.5, 6, 3), (99.6, 100, 99), (100, 100, 100), (2.5, 2.5, 3), (2.4, 2.5, 2), (0, 0, 0)],
)
def test_fractions_round_to_the_nearest_but_never_up_to_the_maximum(points, most, expected):
    assert whole(points, most) == expected


def test_what_is_judged_later_is_in_no_sum():
    data = result(check(), check("pending"))
    assert (data["score"], data["max-score"], len(data["tests"])) == (6, 6, 1)


def test_a_fault_of_ours_gives_no_result():
    with pytest.raises(CourseError, match="alice could not be graded"):
        render(report(check("error")), RUN)


def test_a_hidden_check_keeps_its_secrets():
    data = result(check("failed", public=False, message="expected 0.125", hint="See t."))
    assert data["tests"][0]["message"] == "→ See t."


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_title_survives(name):
    assert result(check(title=name))["tests"][0]["test-name"] == f"adam: {printable(name)}"


def test_missing_variables_are_named():
    with pytest.raises(CourseError, match="not set: CLASSROOM, RELEASE_URL"):
        Run.from_environment(ENVIRONMENT | {"CLASSROOM": "", "RELEASE_URL": ""}, AT)


def test_what_older_runners_leave_out_is_filled_in_as_they_do():
    old = {key: value for key, value in ENVIRONMENT.items() if key not in ("OWNER", "ASSIGNMENT_TYPE", "REVIEW_URL")}
    fields = Run.from_environment(old | {"USERNAME": "bob"}, AT).fields
    assert (fields["owner"], fields["assignment_type"], fields["review"]) == ("bob", "individual", fields["commit"])
