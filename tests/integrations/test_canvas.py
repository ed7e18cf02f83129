"""Scores are written into Canvas's own rows; students who cannot be identified for certain are listed, not guessed."""

import csv
import io

import pytest

from autograder.errors import CourseError
from autograder.integrations.canvas import render
from autograder.text import printable, same_name
from tests.samples import AWKWARD, check, report

HEADS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (7)", "Optimizers (42)", "Final Score"]
POSTING = ["", "", "", "", "", "", "Manual Posting", ""]
POSSIBLE = ["    Points Possible", "", "", "", "", "10", "6", "(read only)"]
ADA = ["Lovelace, Ada", "101", "s1", "ada@x.org", "A", "9", "", "90"]
BOB = ["Builder, Bob", "102", "s2", "bob@x.org", "A", "", "3.5", ""]
EVE = ["Eve", "103", "s3", "eve@x.org", "B", "", "EX", ""]


def written(*rows, delimiter=","):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


ROSTER = written(HEADS, POSTING, POSSIBLE, ADA, BOB, EVE)


def table(upload, delimiter=","):
    return list(csv.reader(io.StringIO(upload.text, newline=""), delimiter=delimiter, strict=True))


def scores(upload):
    return {row[0]: row[-1] for row in table(upload)[1:]}


def test_the_score_goes_into_the_student_s_row():
    upload = render([report(check(), submission="101")], ROSTER, "Optimizers")
    assert scores(upload)["Lovelace, Ada"] == "6"


def test_only_who_is_who_and_the_assignment_come_back():
    upload = render([report(check(), submission="101")], ROSTER, "Optimizers")
    assert table(upload)[0] == [*HEADS[:5], "Optimizers (42)"]
    assert [row[:5] for row in table(upload)[1:]] == [row[:5] for row in (POSTING, POSSIBLE, ADA, BOB, EVE)]


@pytest.mark.parametrize("name", ["101", "s1", "ada@x.org", "Lovelace, Ada"])
def test_a_submission_is_matched_by_any_of_canvas_s_names(name):
    upload = render([report(check(), submission=name)], ROSTER, "Optimizers")
    assert (scores(upload)["Lovelace, Ada"], upload.problems) == ("6", ())


def test_composed_and_decomposed_letters_are_the_same_name():
    roster = written(HEADS, ["Zoe\u0308", *ADA[1:]])
    assert render([report(check(), submission="Zoë")], roster, "42").problems == ()


def test_the_name_that_canvas_gives_a_download_is_matched_by_its_id():
    upload = render([report(check(), submission="lovelaceada_101")], ROSTER, "Optimizers")
    assert (scores(upload)["Lovelace, Ada"], upload.problems) == ("6", ())


@pytest.mark.parametrize("name", ["homework_101", "lovelaceada_999", "lovelaceada_1"])
def test_a_number_without_the_student_s_name_or_a_name_without_their_number_is_not_guessed(name):
    upload = render([report(check(), submission=name)], ROSTER, "Optimizers")
    assert upload.problems == (f"{name}: no row has this ID, SIS User ID, SIS Login ID or name",)


def test_a_submission_without_a_row_is_a_problem():
    upload = render([report(check(), submission="mallory")], ROSTER, "Optimizers")
    assert upload.problems == ("mallory: no row has this ID, SIS User ID, SIS Login ID or name",)


def test_two_rows_for_a_submission_are_a_problem_and_nobody_gets_the_score():
    roster = written(HEADS, ADA, ["Twin", "105", "101", "t@x.org", "A", "", "", ""])  # her ID is his SIS ID
    upload = render([report(check(), submission="101")], roster, "Optimizers")
    assert upload.problems == ("101: 2 rows have this ID, SIS User ID, SIS Login ID or name",)
    assert set(scores(upload).values()) == {""}


def test_two_submissions_for_a_row_are_a_problem_and_neither_is_entered():
    upload = render([report(check(), submission="101"), report(check(), submission="s1")], ROSTER, "Optimizers")
    assert upload.problems == ("101, s1: all are of Lovelace, Ada, so none was entered",)
    assert scores(upload)["Lovelace, Ada"] == ""


def test_rows_without_a_submission_are_listed_and_stay_as_they_are():
    upload = render([report(check(), submission="101")], ROSTER, "Optimizers")
    assert upload.missing == ("Builder, Bob",)
    assert scores(upload)["Builder, Bob"] == "3.5"


def test_who_is_excused_stays_so():
    upload = render([report(check(), submission="103")], ROSTER, "Optimizers")
    assert scores(upload)["Eve"] == "EX"
    assert upload.problems == ("103: excused in Canvas, which stays; the score would be 6",)


def test_who_is_excused_and_hands_in_nothing_is_not_missing():
    assert "Eve" not in render([], ROSTER, "Optimizers").missing


def test_a_fault_of_ours_leaves_the_cell_alone():
    upload = render([report(check("error"), submission="102")], ROSTER, "Optimizers")
    assert scores(upload)["Builder, Bob"] == "3.5"
    assert upload.problems == ("102: it could not be graded because the grader failed, so the cell stays as it is",)


def test_what_is_pending_is_said():
    roster = written(HEADS, ["Points Possible", "", "", "", "", "", "12", ""], ADA)
    upload = render([report(check(), check("pending"), submission="101")], roster, "42")
    assert scores(upload)["Lovelace, Ada"] == "6"
    assert upload.problems == ("101: 6 / 6, 6 pending; what is pending is not in the score yet",)


def test_other_points_possible_are_a_problem():
    upload = render([report(check(), check(), submission="101")], ROSTER, "Optimizers")
    assert upload.problems == ("Optimizers (42): Canvas has 6 points possible, the reports have 12",)


@pytest.mark.parametrize("possible", ["6", "6.0", "6,00"])
def test_the_same_points_possible_are_none(possible):
    roster = written(HEADS, [*POSSIBLE[:6], possible, ""], ADA)
    assert render([report(check(), submission="101")], roster, "42").problems == ()


@pytest.mark.parametrize("name", ["Optimizers", "42", "Optimizers (42)"])
def test_the_column_is_found_by_title_or_number(name):
    assert table(render([], ROSTER, name))[0][-1] == "Optimizers (42)"


def test_a_column_that_is_not_there_is_asked_for_with_the_candidates():
    with pytest.raises(CourseError, match=r"--column; there are: 'Homework 1 \(7\)', 'Optimizers \(42\)'"):
        render([], ROSTER, "Convolution")


def test_two_columns_of_one_title_are_asked_for():
    with pytest.raises(CourseError, match="which column"):
        render([], written([*HEADS[:5], "Optimizers (1)", "Optimizers (2)"]), "Optimizers")


@pytest.mark.parametrize("text", ["", "Name,ID\n", "Student,ID\n"])
def test_what_is_no_gradebook_of_canvas_is_refused(text):
    with pytest.raises(CourseError, match=r"export it from Canvas: Grades > Export"):
        render([], text, "Optimizers")


def test_what_is_no_csv_is_refused():
    with pytest.raises(CourseError, match="the roster: not a CSV table"):
        render([], ROSTER + 'a,"b', "Optimizers")


def test_a_mark_of_excel_and_semicolons_are_read_and_semicolons_come_back():
    roster = "\ufeff" + written(HEADS, ADA, delimiter=";")
    upload = render([report(check(), submission="101")], roster, "Optimizers")
    assert table(upload, ";")[1] == [*ADA[:5], "6"]


@pytest.mark.parametrize("name", [name for name in AWKWARD if name and "\ud800" not in name])
def test_an_awkward_name_is_matched_and_its_row_comes_back_as_it_was(name):
    roster = written(HEADS, [name, *ADA[1:]])
    upload = render([report(check(), submission=name)], roster, "Optimizers")
    assert table(upload)[1] == [name, *ADA[1:5], "6"]


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_is_shown_safely_in_a_problem(name):
    (problem,) = render([report(check(), submission=name)], written(HEADS), "Optimizers").problems
    assert problem.startswith(f"{printable(same_name(name))}: no row")
