"""Scores are written into the tables that Moodle, Brightspace and Blackboard export; no student is guessed."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.errors import CourseError
from autograder.integrations.roster import BLACKBOARD, BRIGHTSPACE, MOODLE, Platform, Upload, render
from tests.samples import AWKWARD, check, report

# As written by Moodle 4, with the feedback plugin enabled.
WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 701,Ada Lovelace,s1,ada@x.org,Submitted for grading,,6.00,Yes,"Monday, 12 October 2026, 9:00 AM",-,
Participant 702,Kim Lee,s2,kim@x.org,Submitted for grading,,6.00,Yes,-,-,
Participant 703,Kim Lee,s3,lee@x.org,Submitted for grading,5.00,6.00,Yes,-,-,
Participant 704,Eve Noir,s4,eve@x.org,No submission,,6.00,No,-,-,
"""
GRADES = """\
OrgDefinedId,Username,Last Name,First Name,Optimizers Points Grade <Numeric MaxPoints:6 Weight:10>,\
Quiz Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator
#1001,#ada,Lovelace,Ada,,9,#
#1002,#kim,Lee,Kim,3,8,#
"""
CENTER = """\
"Last Name","First Name","Username","Student ID","Availability","Optimizers [Total Pts: 6 Score] |664617","Quiz |12"
"Lovelace","Ada","ada","1001","Yes","","9"
"Lee","Kim","kim","1002","Yes","3","8"
"""


def rows(upload: Upload) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(upload.text, newline=""), strict=True))


def filled(platform: Platform, roster: str, *names: str, title: str = "Optimizers") -> Upload:
    return render([report(check(), submission=name) for name in names], roster, title, platform)


@pytest.mark.parametrize("name", ["Ada Lovelace", "s1", "ada@x.org", "701", "Participant 701"])
def test_moodle_knows_a_student_by_each_of_its_columns(name: str) -> None:
    upload = filled(MOODLE, WORKSHEET, name)
    assert [row["Grade"] for row in rows(upload)] == ["6", "", "5.00", ""]
    assert upload.problems == ()


def test_moodle_gets_its_worksheet_back_but_for_the_grades() -> None:
    before = list(csv.DictReader(io.StringIO(WORKSHEET)))
    after = rows(filled(MOODLE, WORKSHEET, "s1"))
    assert [row | {"Grade": ""} for row in after] == [row | {"Grade": ""} for row in before]


def test_a_namesake_is_told_by_the_participants_number() -> None:
    assert [row["Grade"] for row in rows(filled(MOODLE, WORKSHEET, "Kim Lee_702"))] == ["", "6", "5.00", ""]


def test_a_namesake_without_a_number_is_listed_and_not_guessed() -> None:
    upload = filled(MOODLE, WORKSHEET, "Kim Lee")
    assert [row["Grade"] for row in rows(upload)] == ["", "", "5.00", ""]
    (problem,) = upload.problems
    assert problem.startswith("Kim Lee: 2 rows have this Identifier, ID number, Email address or Full name")


def test_a_row_that_moodle_has_locked_stays() -> None:
    upload = filled(MOODLE, WORKSHEET, "s4")
    assert rows(upload)[3]["Grade"] == ""
    assert "Moodle takes no grade in this row" in upload.problems[0]


def test_a_worksheet_with_decimal_commas_gets_them() -> None:
    half = report(check("failed"), check(max_points=5.0, points=2.5), submission="s1", assignment="optimizers")
    upload = render([half], WORKSHEET.replace("6.00", '"11,00"'), "Optimizers", MOODLE)
    assert rows(upload)[0]["Grade"] == "2,5"


@pytest.mark.parametrize("name", ["1001", "ada", "Ada Lovelace"])
@pytest.mark.parametrize(("platform", "roster"), [(BRIGHTSPACE, GRADES), (BLACKBOARD, CENTER)])
def test_brightspace_and_blackboard_know_a_student_by_number_user_and_name(
    platform: Platform, roster: str, name: str
) -> None:
    upload = filled(platform, roster, name)
    (column,) = (head for head in rows(upload)[0] if head.startswith("Optimizers"))
    assert [row[column] for row in rows(upload)] == ["6", "3"]
    assert upload.problems == ()


def test_brightspace_gets_no_names_and_no_other_grades() -> None:
    heads = list(rows(filled(BRIGHTSPACE, GRADES, "ada"))[0])
    item = "Optimizers Points Grade <Numeric MaxPoints:6 Weight:10>"
    assert heads == ["OrgDefinedId", "Username", item, "End-of-Line Indicator"]


def test_blackboard_gets_its_columns_number_and_each_cell_in_quotes() -> None:
    text = filled(BLACKBOARD, CENTER, "ada").text
    assert text.splitlines()[:2] == [
        '"Last Name","First Name","Username","Student ID","Optimizers [Total Pts: 6 Score] |664617"',
        '"Lovelace","Ada","ada","1001","6"',
    ]


@pytest.mark.parametrize("title", ["Optimizers", "664617", "Optimizers [Total Pts: 6 Score] |664617"])
def test_a_column_is_known_by_title_number_and_head(title: str) -> None:
    assert '"ada","1001","6"' in filled(BLACKBOARD, CENTER, "ada", title=title).text


def test_an_unknown_column_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(CourseError, match=r"which column of the roster is 'Lenet'\?.*Optimizers.*Quiz"):
        filled(BRIGHTSPACE, GRADES, "ada", title="Lenet")


@pytest.mark.parametrize(("platform", "roster"), [(BRIGHTSPACE, GRADES), (BLACKBOARD, CENTER), (MOODLE, WORKSHEET)])
def test_other_points_than_ours_are_said(platform: Platform, roster: str) -> None:
    upload = render([report(check(max_points=9.0), submission="nobody")], roster, "Optimizers", platform)
    assert any("points at most, the reports have 9" in problem for problem in upload.problems)


@pytest.mark.parametrize("platform", [MOODLE, BRIGHTSPACE, BLACKBOARD])
def test_another_programs_table_is_refused_with_where_to_find_the_right_one(platform: Platform) -> None:
    with pytest.raises(CourseError, match="it is had by: "):
        filled(platform, "a,b\n1,2\n", "ada")


def test_a_fault_of_ours_is_no_zero() -> None:
    upload = render([report(check("error"), submission="s1")], WORKSHEET, "Optimizers", MOODLE)
    assert rows(upload)[0]["Grade"] == ""
    assert "the grader failed" in upload.problems[0]


def test_who_has_handed_in_nothing_is_listed() -> None:
    assert filled(BRIGHTSPACE, GRADES, "ada").missing == ("#kim",)


@pytest.mark.parametrize("name", AWKWARD)
def test_no_name_matches_anybody_elses_row(name: str) -> None:
    assert rows(filled(BRIGHTSPACE, GRADES, name)) == [
        {key: row[key] for key in row if "Name" not in key and "Quiz" not in key}
        for row in csv.DictReader(io.StringIO(GRADES))
    ]
