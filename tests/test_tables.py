"""Tables are read in every form that spreadsheets write."""

from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.tables import parse, read_text

ROWS = [["ada", "Lovelace; Ada"], ["bob", "Builder, Bob"]]


def written(separator: str) -> str:
    return f"id{separator}name\n" + "".join(f'{who}{separator}"{name}"\n' for who, name in ROWS)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_that_takes_the_heads_apart(separator: str) -> None:
    table = parse(written(separator), "a table")
    assert (table.heads, [row.cells for row in table.rows]) == (["id", "name"], ROWS)


def test_a_separator_inside_of_quotes_is_text() -> None:
    assert parse('"a;b;c",d\n1,2\n', "a table").heads == ["a;b;c", "d"]


def test_excel_s_own_line_about_the_separator_is_no_row() -> None:
    table = parse("sep=;\r\nid;name\r\nada;Ada\r\n", "a table")
    assert (table.heads, table.rows[0].line) == (["id", "name"], 3)


def test_short_rows_are_filled_and_empty_ones_left_out() -> None:
    assert [row.cells for row in parse("a,b\n1\n,\n\n2,3\n", "a table").rows] == [["1", ""], ["2", "3"]]


def test_a_column_that_is_missing_is_named_with_what_there_is() -> None:
    with pytest.raises(CourseError, match=r"a table: there is no column 'student'; did you mean 'students'\?"):
        parse("students\n", "a table").column("student", "a table")


@pytest.mark.parametrize(
    ("encoding", "noted"), [("utf-8", False), ("utf-8-sig", False), ("utf-16", False), ("cp1252", True)]
)
def test_a_table_is_read_in_what_spreadsheets_write(tmp_path: Path, encoding: str, noted: bool) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("Zoë €", encoding=encoding)
    text, notes = read_text(path)
    assert (text, bool(notes)) == ("Zoë €", noted)
    assert all("roster.csv" in note and "Windows-1252" in note for note in notes)


@pytest.mark.parametrize("data", [b"\xff\x81", b"a\0b", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused_by_its_name_and_not_by_a_codec(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(data)
    with pytest.raises(CourseError, match=r"roster\.csv is not a text in UTF-8: save the table as 'CSV UTF-8'"):
        read_text(path)
