"""The CSV table says what the reports say, and runs nothing in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.integrations.csv import render
from autograder.report import ExerciseResult
from tests.samples import check, report


def rows(*reports):
    return list(csv.DictReader(io.StringIO(render(reports), newline="")))


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


@given(st.lists(st.text(st.characters()), max_size=4))
@example(["a,b", 'say "x"', "two\nlines", "a\rb", "\x00", "\ud800", "\r=1"])
def test_any_names_give_a_table_that_reads_back_and_runs_nothing(names):
    table = render([report(check(), submission=name) for name in names])
    read = list(csv.reader(io.StringIO(table, newline=""), strict=True))
    assert len(read) == len(names) + 1
    assert len({len(row) for row in read}) == 1
    assert not any(cell[:1] in {"=", "+", "-", "@", "\t", "\r"} for row in read for cell in row if cell)
    table.encode()
