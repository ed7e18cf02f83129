"""GitHub gets the report's data, and no text of a student becomes a command or markup.

The runner's rules for reading commands and a Markdown parser are the oracles.
"""

import base64
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder.integrations import github
from autograder.report.report import ExerciseResult, Source
from autograder.text import printable, same_name
from tests.samples import AWKWARD, check, report

HIDDEN = {"public": False, "message": "expected 0.125", "hint": "Is beta squared?", "mistake": "squared"}


def commands(text):
    """[(command, properties, message)] as the runner parses the lines of stdout."""
    found = []
    for line in re.split(r"\r\n|\r|\n", text):
        if not line.lstrip().startswith("::"):
            assert not line, line
            continue
        head, _, message = line.strip()[2:].partition("::")
        name, _, properties = head.partition(" ")
        pairs = dict(pair.split("=", 1) for pair in properties.split(",") if pair)
        found.append((name, {key: decoded(value) for key, value in pairs.items()}, decoded(message)))
    return found


def decoded(text):
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def one(*checks, **changes):
    ((name, properties, message),) = commands(github.render([report(*checks, **changes)]))
    return name, properties, message


# ---- annotations


def test_what_holds_has_no_annotation():
    assert github.render([report(check())]) == ""


def test_a_failing_exercise_is_an_error_at_its_own_line():
    source = Source("work/adam.py", lines={"adam": 40})
    level, properties, _ = one(check("failed"), source=source)
    assert level == "error"
    assert properties == {"file": "work/adam.py", "line": "40", "title": "adam: 0 / 6"}


def test_of_a_notebook_the_cell_is_said_and_no_line():
    _, properties, message = one(check("failed"), source=Source("adam.ipynb", cells={"adam": 7}))
    assert "line" not in properties
    assert message.startswith("In cell 7.\n")


def test_an_annotation_says_what_fails_and_why():
    *_, message = one(check("failed", title="It steps.", message="got 1\nexpected 2", hint="See t."), check())
    assert message == "✗ It steps.\ngot 1\nexpected 2\n→ See t."


def test_an_exercise_has_one_annotation_however_many_of_its_checks_fail():
    assert len(commands(github.render([report(check("failed"), check("crashed"), check("timeout"))]))) == 1


def test_of_a_hidden_check_title_and_hint_are_said_only():
    *_, message = one(check("failed", **HIDDEN))
    assert message == "✗ Adam follows the reference.\n→ Is beta squared?"


def test_a_fault_of_ours_is_said_to_be_no_zero():
    level, properties, message = one(check("error", message="KeyError: '/course/secret'"))
    assert (level, properties["title"]) == ("error", "adam: not graded / 6")
    assert "It is not a zero" in message
    assert "secret" not in message


def test_what_is_judged_later_is_a_notice():
    level, _, message = one(check(), check("pending"))
    assert level == "notice"
    assert "neither lost nor given" in message


def test_a_question_without_points_is_a_warning():
    assert one(check("failed", max_points=0.0))[:2] == ("warning", {"title": "adam"})


def test_in_a_class_the_title_says_whose_work_it_is():
    pair = [report(check("failed"), submission=name) for name in ("alice", "bob")]
    titles = [properties["title"] for _, properties, _ in commands(github.render(pair))]
    assert titles == ["alice, adam: 0 / 6", "bob, adam: 0 / 6"]


@given(st.text(), st.text(), st.text())
@example(*AWKWARD[9:12])
@example("a:b,c%3A", "::warning::\r\n::error::", "x\r::add-mask::y")
def test_any_text_stays_in_its_command(file, message, title):
    source = Source(file, lines={"adam": 3})
    (found,) = commands(github.render([report(check("failed", message=message, title=title), source=source)]))
    assert found[1]["file"] == printable(file)
    assert found[1]["line"] == "3"
    assert printable(message).strip() in found[2]


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_submission_is_named_in_the_title(name):
    text = github.render([report(check("failed"), submission=each) for each in (name, "other")])
    assert commands(text)[0][1]["title"] == f"{printable(same_name(name))}, adam: 0 / 6"


# ---- summary


def cells(markdown):
    """The table's rows as the texts that a reader sees; a cell with anything but text is an error."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    rows, inside = [], False
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "table_open":
            inside = True
        elif token.type == "inline" and inside:
            assert {child.type for child in token.children} <= {"text", "text_special"}, token.content
            rows[-1].append("".join(child.content for child in token.children))
    return rows


def test_the_summary_of_one_submission_lists_its_checks():
    text = github.summary([report(check("failed", message="got 1", hint="See t."), check("pending"))])
    assert text.startswith("### optimizers: 0 / 6, 6 pending\n")
    assert cells(text)[1:] == [
        ["✗", "adam", "Adam follows the reference.", "0 / 6", "got 1 → See t."],
        ["…", "adam", "Adam follows the reference.", "pending / 6", cells(text)[2][4]],
    ]


def test_the_summary_of_a_class_has_a_row_for_each_submission():
    text = github.summary([report(check(), submission="alice"), report(check("error"), submission="bob")])
    assert cells(text)[1:] == [["alice", "6 / 6", ""], ["bob", "not graded / 6", "adam (error)"]]


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_is_text_in_its_cell(name):
    table = cells(github.summary([report(check(), submission=name), report(check())]))
    assert [len(row) for row in table] == [3, 3, 3]
    assert table[1][0].split() == printable(same_name(name)).split()


@given(st.text(max_size=290))
def test_any_message_is_text_in_its_cell(message):
    table = cells(github.summary([report(check("failed", message=message))]))
    assert table[1][4].split() == printable(message).split()


@pytest.mark.parametrize("text", ["http://x.org", "www.x.org", "WWW.x.org", "@octocat", "#12"])
def test_github_finds_nothing_to_link(text):
    escaped = github.markdown(text)
    assert not re.search(r"://|www\.|@|#(?!\d+;)", escaped, re.IGNORECASE)


def test_a_summary_hides_what_students_must_not_see():
    assert "0.125" not in github.summary([report(check("failed", **HIDDEN))])


def test_a_summary_stays_below_the_limit_of_github():
    many = [report(check("failed"), submission="&" * 300) for _ in range(2000)]
    text = github.summary(many)
    assert len(text.encode()) < 2**20
    assert "1500 more rows" in text


# ---- the runner's result


def payload(graded):
    return json.loads(base64.b64decode(github.result(graded), validate=True))


def test_the_result_is_what_a_runner_reports():
    source = Source("adam.py", lines={"adam": 4})
    data = payload(report(check(), check("failed", message="got 1", points=1.5), source=source))
    assert (data["version"], data["status"], data["max_score"]) == (3, "fail", 12)
    assert [(test["status"], test["score"]) for test in data["tests"]] == [("pass", 6), ("fail", 1.5)]
    assert {(test["filename"], test["line_no"]) for test in data["tests"]} == {("adam.py", 4)}
    assert data["tests"][1]["message"] == "got 1"


def test_every_test_has_the_fields_that_the_reporter_reads():
    fields = {"name", "status", "message", "test_code", "task_id", "filename", "line_no", "duration", "score"}
    assert all(set(test) == fields for test in payload(report(check(), check("crashed")))["tests"])


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [(["passed"], "pass"), (["passed", "timeout"], "fail"), (["failed", "error"], "error"), ([], "pass")],
)
def test_the_status_is_the_worst(statuses, expected):
    assert payload(report(*map(check, statuses)))["status"] == expected


def test_what_is_judged_later_is_in_no_sum():
    data = payload(report(check(), check("pending")))
    assert (data["status"], data["max_score"], len(data["tests"])) == ("pass", 6, 1)
    assert data["message"] == "6 points are judged later"


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_exercise_survives_the_result(name):
    data = payload(report(exercises=(ExerciseResult(name, (check("failed", **HIDDEN),)),)))
    assert data["tests"][0]["name"].startswith(f"{printable(name)}: ")
    assert "0.125" not in json.dumps(data)
