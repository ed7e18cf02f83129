"""results.json has Gradescope's documented form, shows students what they may see, and no grader's error is a zero."""

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from autograder.errors import CourseError
from autograder.integrations import gradescope
from autograder.report.report import Report
from autograder.text import printable
from tests.samples import AWKWARD, check, report

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}


def closed(**properties):
    return {"type": "object", "additionalProperties": False, "properties": properties}


SCHEMA = closed(
    score=NUMBER,
    execution_time=NUMBER,
    output=TEXT,
    output_format=FORMAT,
    test_output_format=FORMAT,
    test_name_format=FORMAT,
    visibility=VISIBILITY,
    stdout_visibility=VISIBILITY,
    extra_data={"type": "object"},
    tests={
        "type": "array",
        "items": closed(
            score=NUMBER,
            max_score=NUMBER,
            status={"enum": ["passed", "failed"]},
            name=TEXT,
            name_format=FORMAT,
            number=TEXT,
            output=TEXT,
            output_format=FORMAT,
            tags={"type": "array", "items": TEXT},
            visibility=VISIBILITY,
            extra_data={"type": "object"},
        ),
    },
)
HIDDEN = {"public": False, "message": "expected 0.125", "hint": "Is beta squared?", "mistake": "squared"}


def results(*checks, earlier=(), **changes):
    data = json.loads(gradescope.render(report(*checks, **changes), earlier))
    jsonschema.validate(data, SCHEMA)
    return data


def test_the_score_is_the_report_s_and_the_tests_add_up_to_it():
    data = results(check(), check("failed", points=1.5))
    assert data["score"] == 7.5 == sum(test["score"] for test in data["tests"])
    assert [test["status"] for test in data["tests"]] == ["passed", "failed"]
    assert data["execution_time"] == 0.25


def test_a_test_is_named_by_exercise_and_title_and_numbered():
    (test,) = results(check())["tests"]
    assert (test["number"], test["name"]) == ("1.1", "adam: Adam follows the reference.")


def test_a_public_failure_says_why_and_what_to_look_at():
    (test,) = results(check("failed", message="got 1", hint="See t."))["tests"]
    assert test["output"] == "got 1\n→ See t."


def test_of_a_hidden_check_a_student_sees_title_status_points_and_hint_only():
    data = results(check("failed", **HIDDEN))
    assert data["tests"] == [
        {
            "number": "1.1",
            "name": "adam: Adam follows the reference.",
            "max_score": 6.0,
            "visibility": "visible",
            "score": 0.0,
            "status": "failed",
            "output": "→ Is beta squared?",
        }
    ]
    assert "0.125" not in json.dumps(data)


def test_no_test_is_hidden_because_that_would_hide_the_total():
    assert {test["visibility"] for test in results(check(), check("failed", **HIDDEN))["tests"]} == {"visible"}


def test_what_is_printed_for_staff_is_hidden_from_students():
    assert results(check())["stdout_visibility"] == "hidden"


def test_what_is_judged_later_has_neither_score_nor_status():
    data = results(check(), check("pending"))
    assert data["score"] == 6.0
    assert {"score", "status"}.isdisjoint(data["tests"][1])
    assert "6 pending" in data["output"]


def test_a_fault_of_ours_leaves_no_score_anywhere():
    data = results(check(), check("error", message="KeyError: /course/secret"))
    assert "score" not in data
    assert not any("score" in test for test in data["tests"])
    assert "It is not a zero" in data["output"]
    assert "KeyError" not in json.dumps(data["tests"])


def test_when_nothing_could_be_graded_there_is_no_score_either():
    data = json.loads(gradescope.render_fault())
    jsonschema.validate(data, SCHEMA)
    assert "score" not in data
    assert "It is not a zero" in data["output"]


def test_the_report_without_its_secrets_goes_along():
    kept = Report.from_dict(results(check("failed", **HIDDEN))["extra_data"]["report"])
    assert (kept.seed, kept.checks[0].message, kept.score) == ("", "", 0.0)


def test_notes_and_what_the_code_printed_are_said():
    output = results(check(), notes=("A magic was skipped.",), output="loss 1\n")["output"]
    assert output == "6 / 6\nNote: A magic was skipped.\n\nWhat your code printed:\nloss 1\n"


def test_earlier_submissions_are_counted_and_the_best_is_named():
    assert "Submission 3; the best score before was 40.5." in results(check(), earlier=[12.0, 40.5])["output"]


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_texts_survive(name):
    data = results(check("failed", title=name, message=name), submission=name)
    assert data["tests"][0]["name"] == f"adam: {printable(name)}"
    assert data["tests"][0].get("output", "") == printable(name).strip()


# ---- what the harness says


METADATA = {
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "users": [{"email": "bob@x.org", "id": 2, "name": "B"}, {"email": "ada@x.org", "id": 1, "name": "A"}],
    "previous_submissions": [{"score": "40.5"}, {"score": None}, {}, {"score": 12}],
}


def test_a_group_is_named_by_its_members_whoever_uploads():
    turned = METADATA | {"users": METADATA["users"][::-1]}
    assert gradescope.submitter(METADATA) == gradescope.submitter(turned) == "ada@x.org, bob@x.org"


def test_a_user_without_an_address_is_named_by_id():
    assert gradescope.submitter({"users": [{"email": None, "id": 7}]}) == "7"


@pytest.mark.parametrize("metadata", [None, [], {}, {"users": 5}, {"users": []}, {"users": [{"name": "A"}]}])
def test_metadata_that_name_nobody_are_a_fault_of_the_course(metadata):
    with pytest.raises(CourseError, match="names no user"):
        gradescope.submitter(metadata)


def test_earlier_scores_are_those_that_are_numbers():
    assert gradescope.earlier_scores(METADATA) == [40.5, 12.0]
    assert gradescope.earlier_scores({"previous_submissions": [{"score": 10**400}, 3]}) == []


@pytest.mark.parametrize("metadata", [None, {}, {"previous_submissions": 3}])
def test_without_earlier_submissions_there_are_no_scores(metadata):
    assert gradescope.earlier_scores(metadata) == []


def test_the_time_of_the_hand_in_is_read():
    assert gradescope.submitted(METADATA).astimezone(UTC) == datetime(2018, 7, 1, 21, 22, 32, 365935, UTC)


@pytest.mark.parametrize("metadata", [None, {}, {"created_at": 3}, {"created_at": "2018-07-01T14:22:32"}])
def test_a_time_that_is_missing_or_has_no_zone_is_not_known(metadata):
    assert gradescope.submitted(metadata) is None
