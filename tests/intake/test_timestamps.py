"""The time of submission comes from a table or from nbgrader, and is never guessed."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.intake.find import Found, find
from autograder.intake.timestamps import read_table, stamped
from tests.lms import moodle, zipped

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)


@pytest.fixture
def found(tmp_path):
    """One submission by alice, in a folder as nbgrader makes it."""
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
        (
            "student,submitted\nalice,2026-10-12 14:00\n",
            "line 2: '2026-10-12 14:00' is not a point in time; write a date",
        ),
        ("student,submitted\nalice\n", "line 2: '' is not a point in time"),
        (
            "student,submitted\n" + "alice,2026-10-12T12:00:00Z\n" * 2,
            "line 3: alice appears twice; grade each attempt",
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


def test_a_table_in_which_one_is_wrong_and_another_is_missing_is_refused_with_both(tmp_path, found):
    source = table(tmp_path, "student,submitted\nalice,2026-10-12 14:00\n")
    with pytest.raises(CourseError, match=r"line 2: .* is not a point.*There is no row in times\.csv for bob"):
        stamped([*found, replace(found[0], id="bob")], "conv", source)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CourseError, match=r"Cannot read .*gone\.csv"):
        read_table(tmp_path / "gone.csv", "conv")


def test_who_handed_nothing_in_needs_no_time(tmp_path):
    nothing = [Found("eve", None, "no file was handed in")]
    assert stamped(nothing, "conv", table(tmp_path, "student,submitted\n"))[0].submitted is None


def test_a_bad_row_costs_its_student_a_note_and_nobody_else_their_time(tmp_path, found):
    found.append(Found("bob", found[0].path, None))
    source = table(tmp_path, "student,submitted\nalice,2026-10-12T12:00:00Z\nbob,yesterday\n")
    alice, bob = stamped(found, "conv", source)
    assert (alice.submitted, alice.notes, bob.submitted) == (NOON, (), None)
    assert bob.notes[0].startswith("times.csv, line 3: 'yesterday' is not a point in time")


def test_a_student_who_is_twice_in_a_table_has_a_note(tmp_path, found):
    found.append(Found("bob", found[0].path, None))
    rows = "alice,2026-10-12T12:00:00Z\nbob,2026-10-12T12:00:00Z\nbob,2026-10-12T13:00:00Z\n"
    alice, bob = stamped(found, "conv", table(tmp_path, f"student,submitted\n{rows}"))
    assert (alice.submitted, bob.submitted) == (NOON, None)
    assert "line 4: bob appears twice" in bob.notes[0]


def test_who_is_missing_in_a_table_has_a_note(tmp_path, found):
    found.append(Found("bob", found[0].path, None))
    alice, bob = stamped(found, "conv", table(tmp_path, "student,submitted\nalice,2026-10-12T12:00:00Z\n"))
    assert (alice.submitted, bob.submitted) == (NOON, None)
    assert "no row in times.csv for this student" in bob.notes[0]


def test_a_name_with_its_accents_apart_is_found_in_a_table(tmp_path, found):
    path = tmp_path / "times.csv"
    path.write_text("student,submitted\nZoe\u0308,2026-10-12T12:00:00Z\n", encoding="utf-8")
    assert stamped([Found("Zoë", found[0].path, None)], "conv", str(path))[0].submitted == NOON


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_with_another_separator_is_read(tmp_path, found, separator):
    text = "student,name,submitted\nalice,Smith,2026-10-12T12:00:00Z\n".replace(",", separator)
    assert stamped(found, "conv", table(tmp_path, text))[0].submitted == NOON


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-12 12:00:00.000000 UTC",
        "2026-10-12 14:00:00.000000 Europe/Berlin\n",
        "2026-10-12 12:00:00",  # as zip_collect writes it: UTC
    ],
)
def test_nbgrader_s_timestamp_is_read(found, text):
    found[0].path.with_name("timestamp.txt").write_text(text)
    assert stamped(found, "conv", "nbgrader")[0].submitted == NOON


def test_without_nbgrader_s_timestamp_nothing_is_guessed(found):
    with pytest.raises(CourseError, match=r"There is no timestamp\.txt beside the submission of alice"):
        stamped(found, "conv", "nbgrader")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"yesterday", b"2026-10-12 14:00 Mars", b"9" * 5000])
def test_a_damaged_timestamp_of_nbgrader_costs_its_student_a_note(found, data):
    found[0].path.with_name("timestamp.txt").write_bytes(data)
    (alice,) = stamped(found, "conv", "nbgrader")
    assert alice.submitted is None
    assert "timestamp.txt" in alice.notes[0]


def test_a_timestamp_is_not_read_through_a_link(found, tmp_path):
    (tmp_path / "elsewhere.txt").write_text("2026-10-12T12:00:00Z")
    found[0].path.with_name("timestamp.txt").symlink_to(tmp_path / "elsewhere.txt")
    (alice,) = stamped(found, "conv", "nbgrader")
    assert alice.submitted is None
    assert "a link to a file outside its folder" in alice.notes[0]


def test_a_timestamp_that_a_student_puts_beside_a_nested_notebook_is_not_nbgrader_s(tmp_path):
    conv = tmp_path / "submitted" / "alice" / "conv"
    (conv / "inner").mkdir(parents=True)
    (conv / "inner" / "conv.py").write_text("x = 1\n")
    (conv / "inner" / "timestamp.txt").write_text("2020-01-01T00:00:00Z")
    (conv / "timestamp.txt").write_text("2026-10-12T12:00:00Z")
    assert stamped(find([tmp_path / "submitted"], "conv"), "conv", "nbgrader")[0].submitted == NOON


def test_nor_is_one_in_a_folder_of_the_assignment_s_name(tmp_path):
    conv = tmp_path / "submitted" / "alice" / "conv"
    (conv / "conv").mkdir(parents=True)
    (conv / "conv" / "conv.py").write_text("x = 1\n")
    (conv / "conv" / "timestamp.txt").write_text("2020-01-01T00:00:00Z")
    (conv / "timestamp.txt").write_text("2026-10-12T12:00:00Z")
    for given in (tmp_path / "submitted", conv):
        assert [each.submitted for each in stamped(find([given], "conv"), "conv", "nbgrader")] == [NOON]


def test_nor_is_one_in_what_a_platform_gives_or_an_archive_holds(tmp_path):
    work = {
        "conv.py": b"x = 1\n",
        "timestamp.txt": b"2020-01-01T00:00:00Z",
        "conv/timestamp.txt": b"2020-01-01T00:00:00Z",
    }
    for name, files in (
        ("moodle", moodle({"Ada": work, "Bob": work})),
        ("plain", {f"ada/{n}": d for n, d in work.items()}),
    ):
        (tmp_path / f"{name}.zip").write_bytes(zipped(files))
        found = find([tmp_path / f"{name}.zip"], "conv", None, tmp_path / name)
        with pytest.raises(CourseError, match=r"There is no timestamp\.txt beside"):
            stamped(found, "conv", "nbgrader")


def test_nor_is_one_beside_work_that_nbgrader_did_not_collect(tmp_path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "conv.py").write_text("x = 1\n")
    (tmp_path / "class" / "ada" / "timestamp.txt").write_text("2020-01-01T00:00:00Z")
    (tmp_path / "class" / "bob").mkdir()
    with pytest.raises(CourseError, match=r"There is no timestamp\.txt beside"):
        stamped(find([tmp_path / "class"], "conv"), "conv", "nbgrader")


def test_nor_is_one_in_a_folder_that_is_a_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "timestamp.txt").write_text("2020-01-01T00:00:00Z")
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    (tmp_path / "submitted" / "ada" / "conv").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "submitted" / "ada" / "conv.py").write_text("x = 1\n")
    (tmp_path / "submitted" / "bob").mkdir()
    with pytest.raises(CourseError, match=r"There is no timestamp\.txt beside"):
        stamped(find([tmp_path / "submitted"], "conv"), "conv", "nbgrader")
