"""The CSV table contains the reports' data, and runs nothing in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.integrations.csv import render, render_grades
from autograder.report.report import ExerciseResult
from tests.samples import check, grade, report

MARK = "\ufeff"


def rows(*reports):
    return list(csv.DictReader(io.StringIO(render(reports).removeprefix(MARK), newline="")))


@pytest.mark.parametrize("table", [render([report(check())]), render_grades([grade()])])
def test_excel_is_told_that_it_is_utf_8(table):
    assert table.encode().startswith(b"\xef\xbb\xbf")
    assert MARK not in table[1:]


def test_a_row_holds_the_report_s_numbers():
    (row,) = rows(report(check(), check("failed", mistake="swapped"), check("pending", max_points=3.0)))
    assert row == {
        "submission": "alice",
        "assignment": "optimizers",
        "score": "6.0",
        "max_score": "15.0",
        "pending": "3.0",
        "needs_staff": "no",
        "mistakes": "swapped",
        "adam": "6.0",
    }


def test_a_score_that_is_not_known_is_empty():
    (row,) = rows(report(check("error")))
    assert (row["score"], row["adam"], row["needs_staff"]) == ("", "", "yes")


def test_an_exercise_that_a_report_lacks_is_empty():
    first, second = rows(report(check()), report(exercises=(ExerciseResult("sgd", (check(),)),)))
    assert (first["adam"], first["sgd"]) == ("6.0", "")
    assert (second["adam"], second["sgd"]) == ("", "6.0")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_name_that_a_spreadsheet_would_run_is_defused(name):
    assert rows(report(submission=name))[0]["submission"] == f"'{name}"


def test_nor_is_it_run_where_the_semicolon_separates_cells():
    assert rows(report(submission="x;=1+cmd|' /C calc'!A0;+1"))[0]["submission"] == "x;'=1+cmd|' /C calc'!A0;'+1"


@given(st.lists(st.text(st.characters()), max_size=4))
@example(["a,b", 'say "x"', "two\nlines", "a\rb", "\x00", "\ud800", "\r=1"])
def test_any_names_give_a_table_that_reads_back_and_runs_nothing(names):
    table = render([report(check(), submission=name) for name in names])
    read = list(csv.reader(io.StringIO(table.removeprefix(MARK), newline=""), strict=True))
    assert len(read) == len(names) + 1
    assert len({len(row) for row in read}) == 1
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for row in read for cell in row if cell)
    table.encode()


# ---- the course's grades


def test_a_row_of_the_gradebook_holds_what_counts_and_why():
    (row,) = csv.DictReader(io.StringIO(render_grades([grade()]).removeprefix(MARK), newline=""))
    assert {key: value for key, value in row.items() if key.startswith("conv")} == {
        "conv": "70.0",
        "conv score": "80.0",
        "conv max_score": "100.0",
        "conv penalty": "10.0",
        "conv pending": "5.0",
        "conv status": "counts",
        "conv submitted": "2026-10-13T12:00:00+00:00",
        "conv reason": "A day late. The best.",
    }
    assert (row["student"], row["total"], row["provisional"], row["reason"]) == (
        "alice", "70.0", "yes", "(1 × 70 %) / 1 = 70 %."
    )  # fmt: skip


def test_what_is_not_known_of_a_grade_is_empty_and_no_zero():
    (row,) = csv.DictReader(io.StringIO(render_grades([grade(total=None)]), newline=""))
    assert (row["total"], row["gan"], row["gan score"]) == ("", "", "")
    assert (row["rnn"], row["rnn score"], row["rnn status"]) == ("0.0", "", "dropped")


def test_a_gradebook_of_nobody_has_a_head_only():
    assert render_grades([]) == MARK + "student,total,provisional,reason\n"


@given(st.text(st.characters(), max_size=30))
def test_a_gradebook_with_any_name_reads_back_and_runs_nothing(name):
    rows = list(csv.reader(io.StringIO(render_grades([grade(name)]).removeprefix(MARK), newline=""), strict=True))
    assert len(rows) == 2
    assert len(rows[0]) == len(rows[1])
    assert rows[1][0][:1] not in {"=", "+", "-", "@", "\t", "\r"}
