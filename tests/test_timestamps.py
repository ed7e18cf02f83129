"""When work was handed in is taken from a table or from nbgrader, and is never guessed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.hand_ins import Found
from autograder.timestamps import read_table, stamped

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)


@pytest.fixture
def found(tmp_path):
    """One submission of alice, in a folder as nbgrader has it."""
    path = tmp_path / "submitted" / "alice" / "conv" / "conv.py"
    path.parent.mkdir(parents=True)
    path.write_text("x = 1\n")
    return [Found("alice", path, None)]


def table(folder: Path, text: str) -> str:
    (folder / "times.csv").write_text(text, encoding="utf-8")
    return str(folder / "times.csv")


def test_a_table_says_when(tmp_path, found):
    source = table(tmp_path, "student,submitted\nalice,2026-10-12 14:00:00+02:00\nbob,2026-10-12T11:00:00Z\n")
    assert [each.submitted for each in stamped(found, "conv", source)] == [NOON]


def test_a_table_may_serve_several_assignments_and_have_other_columns(tmp_path, found):
    rows = "alice,Smith,rnn,2026-01-01T00:00:00Z\nalice,Smith,conv,2026-10-12T12:00:00Z\n"
    source = table(tmp_path, "student,surname,assignment,submitted\n" + rows)
    assert stamped(found, "conv", source)[0].submitted == NOON


def test_a_table_as_spreadsheets_write_it_is_read(tmp_path, found):
    path = tmp_path / "times.csv"
    path.write_bytes("\ufeffstudent,submitted\r\nalice,2026-10-12T12:00:00Z\r\n".encode())
    assert stamped(found, "conv", str(path))[0].submitted == NOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("student,submited\n", "there is no column 'submitted'; did you mean 'submited'?"),
        ("", "there is no column 'student'"),
        ("student,submitted\nalice,2026-10-12 14:00\n", "line 2: '2026-10-12 14:00' is no instant; write a date"),
        ("student,submitted\nalice\n", "line 2: 'None' is no instant"),
        (
            "student,submitted\n" + "alice,2026-10-12T12:00:00Z\n" * 2,
            "line 3: alice is there twice; grade each attempt",
        ),
        ('student,submitted\n"alice', "not a CSV table"),
        ("student,submitted\nbob,2026-10-12T12:00:00Z\n", "There is no row in "),
    ],
)
def test_a_faulty_table_is_refused_with_its_line(tmp_path, found, text, expected):
    source = table(tmp_path, text)
    with pytest.raises(CourseError) as caught:
        stamped(found, "conv", source)
    assert expected in str(caught.value)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CourseError, match=r"Cannot read .*gone\.csv"):
        read_table(tmp_path / "gone.csv", "conv")


def test_who_handed_nothing_in_needs_no_time(tmp_path):
    nothing = [Found("eve", None, "no file was handed in")]
    assert stamped(nothing, "conv", table(tmp_path, "student,submitted\n"))[0].submitted is None


@pytest.mark.parametrize("text", ["2026-10-12 12:00:00.000000 UTC", "2026-10-12 14:00:00.000000 Europe/Berlin\n"])
def test_nbgrader_s_timestamp_is_read(found, text):
    found[0].path.with_name("timestamp.txt").write_text(text)
    assert stamped(found, "conv", "nbgrader")[0].submitted == NOON


def test_without_nbgrader_s_timestamp_nothing_is_guessed(found):
    with pytest.raises(CourseError, match=r"There is no timestamp\.txt beside the submission of alice"):
        stamped(found, "conv", "nbgrader")


def test_a_timestamp_of_nbgrader_without_a_zone_is_refused(found):
    found[0].path.with_name("timestamp.txt").write_text("2026-10-12 12:00:00")
    with pytest.raises(CourseError, match=r"timestamp\.txt: '2026-10-12 12:00:00' is no instant"):
        stamped(found, "conv", "nbgrader")


def test_a_timestamp_is_not_read_through_a_link(found, tmp_path):
    (tmp_path / "elsewhere.txt").write_text("2026-10-12T12:00:00Z")
    found[0].path.with_name("timestamp.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(CourseError, match="a link to a file outside its folder"):
        stamped(found, "conv", "nbgrader")
