"""Lateness, attempts, drops and weights: the tables of docs/late-policy.md are correct, and some laws are true."""

import itertools
import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.course.course import Course
from autograder.course.settings import Amount, Assignment, Attempts, Late
from autograder.errors import CourseError
from autograder.gradebook.gradebook import gradebook
from autograder.gradebook.policy import (
    Attempt,
    Outcome,
    Penalty,
    _kept,
    choose_attempt,
    course_grade,
    effective_due,
    late_days_used,
    late_penalty,
)
from autograder.text import number
from autograder.times import instant
from tests.samples import check, report

DOCUMENT = Path(__file__).parents[2] / "docs" / "late-policy.md"
INPUTS = ("student", "assignment", "handed in", "score")
LATER = "2027-01-01 00:00:00+00:00"


@dataclass(frozen=True)
class Example:
    """A section of the document: its files, and its table as a dict per row."""

    title: str
    course: str
    extensions: str
    now: datetime
    rows: tuple[dict[str, str], ...]


def examples():
    for section in re.split(r"^### ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        blocks = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
        lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
        heads, _, *body = [[cell.strip() for cell in line] for line in lines]
        seen = re.search(r"^Seen on (.*)\.$", section, re.MULTILINE)
        rows = [dict(zip(heads, cells, strict=True)) for cells in body]
        for place, row in enumerate(rows):  # each row is a different student, unless the table says otherwise
            row.setdefault("student", f"student {place}")
            row.setdefault("assignment", "conv")
        extensions = blocks[1] if len(blocks) > 1 else ""
        yield Example(section.split("\n")[0], blocks[0], extensions, instant(seen[1] if seen else LATER), tuple(rows))


EXAMPLES = list(examples())


def report_of(row):
    """The report that a row describes, with a maximum of 100."""
    earned, _, waiting = row["score"].replace(" pending", "").partition(" + ")
    if earned == "?":
        checks = [check("error", max_points=100.0)]
    else:
        checks = [check(points=float(earned), max_points=100.0 - float(waiting or 0))]
        checks += [check("pending", max_points=float(waiting))] if waiting else []
    submitted = instant(row["handed in"])
    return report(*checks, submission=row["student"], assignment=row["assignment"], submitted=submitted)


def said(row, folder, example):
    """The row's expected values, according to the gradebook."""
    (folder / "course.yml").write_text(example.course, encoding="utf-8")
    (folder / "extensions.yml").write_text(example.extensions, encoding="utf-8")
    course = Course.load(folder / "course.yml")
    reports = [report_of(each) for each in example.rows if each["handed in"] != "nothing"]
    (grade,) = [each for each in gradebook(course, reports, example.now) if each.student == row["student"]]
    (outcome,) = [each for each in grade.outcomes if each.assignment == row["assignment"]]
    result = {key: row[key] for key in INPUTS if key in row}
    if "grade" in row:
        own = [each for each in example.rows if each["student"] == row["student"]]
        total = "none" if grade.total is None else number(grade.total)
        result["grade"] = total + (", not final" if grade.provisional else "") if row is own[0] else ""
    missing = row["handed in"] == "nothing"
    if not missing and (outcome.attempt is None or outcome.attempt.submitted != instant(row["handed in"])):
        return result | {key: "" for key in row if key not in result}  # another attempt counts
    counts = number(outcome.final or 0) + (f", {number(outcome.pending)} may come" if outcome.pending else "")
    return result | {
        key: value
        for key, value in {
            "taken off": number(outcome.penalty.points),
            "late days": str(outcome.penalty.late_days),
            "counts": counts if outcome.status == "counts" else outcome.status,
            "the student reads": outcome.said,
        }.items()
        if key in row
    }


ROWS = [(example, row) for example in EXAMPLES for row in example.rows]


@pytest.mark.parametrize(
    ("example", "row"), ROWS, ids=[f"{e.title}: {r['student']} {r['assignment']} {r['handed in']}" for e, r in ROWS]
)
def test_an_example_of_the_document_holds(example, row, tmp_path):
    assert said(row, tmp_path, example) == row


def test_the_document_has_examples_of_everything():
    assert len(ROWS) > 60
    assert {status for _, row in ROWS for status in ("waits", "excused", "dropped", "practice")} <= {
        row["counts"] for _, row in ROWS
    }


# ---- one hand-in

DUE = datetime(2026, 10, 12, 21, 59, tzinfo=UTC)


def course_of(*assignments, **settings):
    return Course("Deep learning", assignments, path=Path("course.yml"), **settings)


def conv(late=None, due=DUE, **settings):
    return Assignment("conv", "Convolution", due, late=late or Late(), **settings)


def cost(late, lateness, score=80.0, **settings):
    return late_penalty(course_of(conv(late), **settings), "conv", "alice", score, 100.0, DUE + lateness)


def test_a_microsecond_after_the_deadline_is_late():
    assert cost(Late(penalty=Amount(5)), timedelta(microseconds=1)).points == 5


def test_a_zone_with_rules_is_compared_as_an_instant():
    berlin = ZoneInfo("Europe/Berlin")
    due, submitted = datetime(2026, 3, 28, 23, 59, tzinfo=berlin), datetime(2026, 3, 30, 0, 30, tzinfo=berlin)
    course = course_of(conv(Late(penalty=Amount(5)), due))
    assert late_penalty(course, "conv", "alice", 80.0, 100.0, submitted).points == 5  # two days by local clocks


def test_a_time_without_a_zone_is_a_fault():
    with pytest.raises(CourseError, match="conv, alice: the time 2026-10-12 12:00:00 has no time zone"):
        late_penalty(course_of(conv()), "conv", "alice", 80.0, 100.0, datetime(2026, 10, 12, 12))


def test_a_time_that_nobody_knows_costs_nothing_and_says_so():
    penalty = late_penalty(course_of(conv(Late(penalty=Amount(5)))), "conv", "alice", 80.0, 100.0, None)
    assert penalty.points == 0
    assert "the hand-in time is not known" in penalty.reason


def test_late_days_of_earlier_hand_ins_are_known_to_a_single_penalty():
    late = Late(penalty=Amount(10.0, "maximum"))
    first = Assignment("backprop", "Backpropagation", DUE - timedelta(days=7), late=late)
    course = course_of(conv(late), first, late_days=2)
    before = {"backprop": DUE - timedelta(days=5.5)}  # two days late
    assert late_penalty(course, "conv", "alice", 80.0, 100.0, DUE + timedelta(hours=1)).points == 0
    assert late_penalty(course, "conv", "alice", 80.0, 100.0, DUE + timedelta(hours=1), before).points == 10


def test_late_days_used_are_told_by_assignment():
    late = Late(penalty=Amount(10.0, "maximum"))
    first = Assignment("warmup", "Warm-up", DUE - timedelta(days=7), late=late)
    course = course_of(conv(late), first, Assignment("reading", "Reading"), late_days=2)
    handed_in = {"conv": DUE + timedelta(days=2), "warmup": DUE - timedelta(days=6.5), "reading": DUE}
    assert late_days_used(course, "alice", handed_in) == {"warmup": 1, "conv": 1, "reading": 0}


def test_late_days_are_not_spent_where_lateness_costs_nothing():
    assert cost(Late(), timedelta(days=2), late_days=5).late_days == 0


def test_an_extension_for_everything_that_ends_before_a_deadline_takes_no_time_away(tmp_path):
    (tmp_path / "extensions.yml").write_text('alice: {"*": 2026-10-01 12:00:00+00:00}\n')
    course = replace(course_of(conv(), extensions_file="extensions.yml"), path=tmp_path / "course.yml")
    assert effective_due(course, "conv", "alice") == DUE


def test_what_a_student_has_for_one_assignment_comes_before_what_holds_for_all(tmp_path):
    (tmp_path / "extensions.yml").write_text('alice: {"*": +7d, conv: +1h}\n')
    course = replace(course_of(conv(), extensions_file="extensions.yml"), path=tmp_path / "course.yml")
    assert effective_due(course, "conv", "alice") == DUE + timedelta(hours=1)


def test_without_a_deadline_there_is_none_to_put_off(tmp_path):
    (tmp_path / "extensions.yml").write_text('alice: {"*": +7d}\n')
    course = replace(course_of(conv(due=None), extensions_file="extensions.yml"), path=tmp_path / "course.yml")
    assert late_penalty(course, "conv", "alice", 80.0, 100.0, DUE) == Penalty(0.0, "There is no deadline.")


AMOUNTS = st.builds(Amount, st.floats(0, 100), st.sampled_from(["points", "maximum", "score"]))
POLICIES = st.builds(
    Late,
    grace_minutes=st.floats(0, 3000),
    penalty=AMOUNTS,
    per=st.sampled_from(["day", "hour"]),
    at_most=st.none() | AMOUNTS,
    cut_off_days=st.none() | st.floats(0, 10),
)
LATENESS = st.timedeltas(timedelta(days=-2), timedelta(days=12))
SCORES = st.floats(0, 100)


@given(POLICIES, LATENESS, SCORES, st.integers(0, 6))
def test_a_penalty_is_never_negative_and_never_more_than_the_score(late, lateness, score, late_days):
    assert 0 <= cost(late, lateness, score, late_days=late_days).points <= score


@given(POLICIES, LATENESS, LATENESS, SCORES, st.integers(0, 6))
def test_to_hand_in_later_never_costs_less(late, one, other, score, late_days):
    earlier, later = sorted((one, other))
    assert (
        cost(late, earlier, score, late_days=late_days).points <= cost(late, later, score, late_days=late_days).points
    )


@given(POLICIES, LATENESS, SCORES, SCORES)
def test_better_work_is_never_worth_less_at_the_same_time(late, lateness, one, other):
    worse, better = sorted((one, other))
    left = [score - cost(late, lateness, score).points for score in (worse, better)]
    assert left[0] <= left[1] + 1e-5


@given(POLICIES, LATENESS, SCORES, st.integers(0, 6))
def test_another_late_day_never_costs(late, lateness, score, late_days):
    penalties = [cost(late, lateness, score, late_days=days).points for days in (late_days, late_days + 1)]
    assert penalties[0] >= penalties[1]


@given(POLICIES, LATENESS, st.integers(-12, 12))
def test_the_zone_in_which_a_time_is_written_changes_nothing(late, lateness, hours):
    elsewhere = (DUE + lateness).astimezone(timezone(timedelta(hours=hours)))
    course = course_of(conv(late))
    assert late_penalty(course, "conv", "a", 80.0, 100.0, elsewhere) == cost(late, lateness)


# ---- several hand-ins


def test_a_single_attempt_needs_no_explanation():
    assert choose_attempt([Attempt(5.0, 10.0)], [Penalty(0.0, "")], Attempts("best")) == (0, "")


@given(st.lists(SCORES, min_size=1), st.sampled_from(["best", "last", "first"]), st.none() | st.integers(1, 9))
@example([0.0, 1.4e-45], "best", None)  # scores are compared in millionths of a point
def test_an_attempt_beyond_the_last_that_is_looked_at_never_counts(scores, which, at_most):
    attempts, free = [Attempt(score, 100.0) for score in scores], [Penalty(0.0, "")] * len(scores)
    index, _ = choose_attempt(attempts, free, Attempts(which, at_most))
    assert index < (at_most or len(scores))
    if which == "best":
        assert round(scores[index], 6) == max(round(score, 6) for score in scores[:at_most])


# ---- the course


def outcome(name, weight, score):
    return Outcome(name, None, Penalty(0.0, ""), score, 100.0, weight=weight)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 100)), min_size=1, max_size=6), st.integers(0, 5))
def test_what_is_kept_gives_the_highest_mean_of_all_choices(works, drop):
    outcomes = [outcome(str(place), weight, float(score)) for place, (weight, score) in enumerate(works)]
    size = max(len(works) - drop, 1)

    def mean(chosen):
        return math.fsum(each.weight * each.share for each in chosen) / sum(each.weight for each in chosen)

    kept = _kept(outcomes, drop)
    assert len(kept) == size
    assert mean(kept) == pytest.approx(max(map(mean, itertools.combinations(outcomes, size))))


def test_a_grade_is_explained_as_a_sum():
    course = course_of(
        conv(weight=2.0), Assignment("rnn", "Recurrent networks"), Assignment("gan", "GAN"), drop_lowest=1
    )
    attempts = {"conv": [Attempt(80.0, 100.0, DUE)], "rnn": [Attempt(5.0, 10.0, DUE, pending=1.0)]}
    attempts["gan"] = [Attempt(1.0, 10.0, DUE)]
    grade = course_grade(course, "alice", attempts, {"conv": 100.0, "rnn": 10.0, "gan": 10.0}, DUE)
    assert grade.reason == "(2 × 80 % + 1 × 50 %) / 3 = 70 %; dropped: gan; not final, because of rnn."


def test_a_student_whose_work_all_waits_has_no_grade_yet():
    grade = course_grade(course_of(conv()), "alice", {"conv": [Attempt(None, 100.0, DUE)]}, {"conv": 100.0}, DUE)
    assert (grade.total, grade.provisional) == (None, True)
    assert grade.reason == "Nothing counts yet; not final, because of conv."


def test_work_that_staff_must_look_at_loses_nothing_meanwhile():
    course = course_of(conv(Late(penalty=Amount(5))))
    grade = course_grade(course, "alice", {"conv": [Attempt(None, 100.0, DUE + timedelta(days=1))]}, {}, DUE)
    assert grade.outcomes[0].penalty.points == 0
    assert "staff will look at it" in grade.outcomes[0].said


def test_an_assignment_that_nobody_was_graded_on_is_not_in_the_grade():
    course = course_of(conv(), Assignment("rnn", "Recurrent networks"))
    grade = course_grade(course, "alice", {"conv": [Attempt(80.0, 100.0, DUE)]}, {"conv": 100.0}, DUE)
    assert [each.assignment for each in grade.outcomes] == ["conv"]


def test_an_assignment_without_points_counts_nothing():
    grade = course_grade(course_of(conv()), "alice", {"conv": [Attempt(0.0, 0.0, DUE)]}, {"conv": 0.0}, DUE)
    assert (grade.total, grade.outcomes[0].status) == (None, "practice")


# ---- the gradebook


def test_attempts_of_unknown_order_are_a_fault():
    with pytest.raises(CourseError, match=r"alice has 2 reports on conv.*Grade with --timestamps"):
        gradebook(course_of(conv()), [report(check(), assignment="conv")] * 2, DUE)


def test_a_folder_that_is_named_twice_is_a_fault():
    with pytest.raises(CourseError, match="name each folder only once"):
        gradebook(course_of(conv()), [report(check(), assignment="conv", submitted=DUE)] * 2, DUE)


def test_a_report_on_another_course_s_assignment_is_refused():
    with pytest.raises(CourseError, match="No assignment 'gan'"):
        gradebook(course_of(conv()), [report(check(), assignment="gan")], DUE)


def test_a_report_is_as_it_was_after_the_grade_is_made():
    original = report(check(), assignment="conv", submitted=DUE + timedelta(days=3))
    before = original.to_dict()
    (grade,) = gradebook(course_of(conv(Late(penalty=Amount(5)))), [original], DUE)
    assert grade.outcomes[0].final == 0
    assert original.to_dict() == before
